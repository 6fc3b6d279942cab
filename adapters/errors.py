"""Errors of the adapters; the tree is drawn in `xapi.errors`."""

from xapi.errors import JampelError


class AdapterError(JampelError):
    """A system's file, answer or setting cannot be used; `params` name the row or the setting."""

    package = "adapters"
