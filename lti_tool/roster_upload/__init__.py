"""A list of employees that a page was sent: kept for a day, looked at without writing, then taken whole or not."""
