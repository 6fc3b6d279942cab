"""Reads a module folder: settings, pages, questions, pictures and videos."""
