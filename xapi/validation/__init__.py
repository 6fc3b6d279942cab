"""The rules of xAPI 1.0.3 Data that types cannot say, and strict JSON: one statement in, what an LRS needs to know out."""

from xapi.validation.facts import ParsedStatement
from xapi.validation.parse import validate_statement

__all__ = ["ParsedStatement", "validate_statement"]
