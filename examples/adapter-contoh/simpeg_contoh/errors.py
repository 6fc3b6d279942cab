"""Errors with words of this package: the sentences stand in its own catalogues, under `error:<code>`."""

from adapters.errors import AdapterError


class ContohError(AdapterError):
    """A row or an answer of SIMPEG Contoh cannot be used; no NIP and no token is ever told."""

    package = "simpeg_contoh"
