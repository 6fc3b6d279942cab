"""Reads the body of a request in parts, by the boundary that its Content-Type names (1.5.2)."""

from werkzeug.http import parse_options_header

from xapi.lrs.multipart import Sent, parts_of


def read_parts(content_type: str, body: bytes) -> Sent:
    """The parts of `body`; LrsError 400 when it is not what the standard asks for."""
    _, options = parse_options_header(content_type)
    return parts_of(options.get("boundary", ""), body)
