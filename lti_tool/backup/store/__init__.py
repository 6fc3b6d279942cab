"""The SQL of copies: a snapshot of every table of an installation, and tables that are filled and checked."""
