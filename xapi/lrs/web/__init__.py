"""The xAPI web resources of the LRS as a Flask blueprint (xAPI 1.0.3 Communication)."""

from xapi.lrs.web.resources import blueprint

__all__ = ["blueprint"]
