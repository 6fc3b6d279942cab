"""Looks through the statements of the embedded LRS for a person: finds them, reads them, voids them."""
