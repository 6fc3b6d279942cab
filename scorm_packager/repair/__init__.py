"""Mends what can be mended in a package without guessing, and says what it did."""
