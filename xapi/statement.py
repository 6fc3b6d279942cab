"""Statements in and out of JSON: the door to the typed statement.

>>> statement = decode(b'{"actor":{"mbox":"mailto:a@example.com"},"verb":{"id":"http://adlnet.gov/expapi/verbs/passed"},'
...                    b'"object":{"id":"https://example.com/modul"}}')
>>> statement.verb.id
'http://adlnet.gov/expapi/verbs/passed'
"""

import msgspec

from xapi.errors import StatementError
from xapi.model import (
    Account,
    Activity,
    ActivityDefinition,
    Actor,
    Attachment,
    Context,
    ContextActivities,
    ContextAgent,
    ContextGroup,
    InteractionComponent,
    Result,
    Score,
    Statement,
    StatementRef,
    SubStatement,
    Verb,
)
from xapi.validation import validate_statement

__all__ = [
    "Account",
    "Activity",
    "ActivityDefinition",
    "Actor",
    "Attachment",
    "Context",
    "ContextActivities",
    "ContextAgent",
    "ContextGroup",
    "InteractionComponent",
    "Result",
    "Score",
    "Statement",
    "StatementError",
    "StatementRef",
    "SubStatement",
    "Verb",
    "decode",
    "encode",
]


def decode(body: bytes) -> Statement:
    """The statement in `body`, JSON in UTF-8, checked against every rule of xAPI 1.0.3 Data 2.

    Raises StatementError with the JSON path of the offending value and the clause that it breaks.
    """
    return validate_statement(body).statement()


def encode(statement: Statement) -> bytes:
    """`statement` as JSON in UTF-8; properties that are UNSET are left out."""
    return msgspec.json.encode(statement)
