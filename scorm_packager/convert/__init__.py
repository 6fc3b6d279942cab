"""Moves a package from one standard to another, its content untouched and its record kept by a bridge."""
