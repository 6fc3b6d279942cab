"""The HTTP interface of the LRS, described for programs (OpenAPI 3.1) and for whoever writes one."""

from xapi.lrs.openapi.document import document

__all__ = ["document"]
