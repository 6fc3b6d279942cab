"""The tables of the people store and the only code that reads and writes them."""
