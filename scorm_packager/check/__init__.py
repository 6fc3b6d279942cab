"""Finds what is wrong in a package, whoever made it, and what an LMS will do with it."""
