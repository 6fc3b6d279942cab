"""The xAPI web resources of the LRS (xAPI 1.0.3 Communication), as a WSGI application and as a Flask blueprint."""

from xapi.lrs.web.blueprint import blueprint
from xapi.lrs.web.exchange import BodyLimits, knows
from xapi.lrs.web.resources import Application

__all__ = ["Application", "BodyLimits", "blueprint", "knows"]
