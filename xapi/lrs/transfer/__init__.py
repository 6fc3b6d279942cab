"""Statements in files: export to JSONL with attachments, and import of our files and those of other LRSs."""
