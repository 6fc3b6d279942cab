"""Examines the connection to a platform, from its name in the DNS to a score that nobody gets."""
