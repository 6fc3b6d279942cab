"""Runs between this institution and other systems: connections, pulls, pushes and their receipts."""
