"""The rules of xAPI 1.0.3 Data that types cannot say, and strict JSON: a statement in, what an LRS must know out."""

from xapi.validation.facts import ParsedStatement
from xapi.validation.parse import validate_statement

__all__ = ["ParsedStatement", "validate_statement"]
