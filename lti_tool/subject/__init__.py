"""The rights of data subjects (UU 27/2022) over everything an installation holds: export, erasure, retention."""
