"""Copies of an installation: backups in one file, restores that are verified, and moves between databases."""
