"""The household data of an installation: institutions, staff accounts, the module library and the staff log."""
