"""Parameters and headers of the LRS's HTTP interface (xAPI 1.0.3 Communication 1 to 4)."""

from typing import Any

from xapi.lrs.openapi.schemas import IRI, MOMENT, TEXT, TRUTH, UUID, ref

Parameter = dict[str, Any]


def _query(name: str, told: str, schema: dict[str, Any], *, required: bool = False) -> Parameter:
    return {"name": name, "in": "query", "required": required, "description": told, "schema": schema}


def _json(name: str, told: str, schema: str, *, required: bool = False) -> Parameter:
    content = {"application/json": {"schema": ref(schema)}}
    return {"name": name, "in": "query", "required": required, "description": told, "content": content}


def _header(name: str, told: str, schema: dict[str, Any] | None = None, *, required: bool = False) -> Parameter:
    return {"name": name, "in": "header", "required": required, "description": told, "schema": schema or TEXT}


VERSION = _header(
    "X-Experience-API-Version",
    "The version of xAPI that the client speaks: `1.0.3` (or another 1.0.x) or `2.0.0`. The answer speaks it too.",
    {"type": "string", "pattern": r"^(1\.0(\.\d+)?|2\.0\.\d+)$", "examples": ["1.0.3", "2.0.0"]},
    required=True,
)
MAYBE_VERSION = {**VERSION, "required": False}
REQUEST_ID = _header(
    "X-Request-ID", "An id for the logs: 8 to 64 letters, digits, dots, dashes; the answer carries it."
)
IF_MATCH = _header("If-Match", "Writes only when the document has this ETag.")
IF_NONE_MATCH = _header("If-None-Match", "`*` writes only when there is no document yet.")
LANGUAGE = _header("Accept-Language", "The languages wanted: of errors, and of names in the format `canonical`.")

STATEMENT_ID = _query("statementId", "The id of one statement.", UUID)
ACTIVITY = _query("activityId", "The IRI of the activity.", IRI, required=True)
AGENT = _json("agent", "An Agent (for documents also an identified Group) in JSON.", "Actor", required=True)
STATE_ID = _query("stateId", "The id of one document.", TEXT)
PROFILE_ID = _query("profileId", "The id of one document.", TEXT)
REGISTRATION = _query("registration", "The registration that the documents belong to.", UUID)
SINCE = _query("since", "Only documents changed after this moment; not together with an id.", MOMENT)
MORE = {
    "name": "token",
    "in": "path",
    "required": True,
    "description": "Out of `more` of the page before; it says nothing to a client.",
    "schema": TEXT,
}

FILTERS: tuple[Parameter, ...] = (
    STATEMENT_ID,
    _query("voidedStatementId", "The id of one statement that was voided.", UUID),
    _json("agent", "Statements of this Agent or identified Group.", "Actor"),
    _query("verb", "Statements with this verb.", IRI),
    _query("activity", "Statements about this activity.", IRI),
    _query("registration", "Statements of this registration.", UUID),
    _query("since", "Statements stored after this moment.", MOMENT),
    _query("until", "Statements stored up to this moment.", MOMENT),
    _query("related_activities", "Looks for the activity in the context and in sub-statements too.", TRUTH),
    _query("related_agents", "Looks for the agent in every place too.", TRUTH),
    _query(
        "limit", "The most statements on a page; 0 is the most that this LRS gives.", {"type": "integer", "minimum": 0}
    ),
    _query("ascending", "The oldest first.", TRUTH),
    _query("format", "How agents, verbs and activities are written.", {"enum": ["ids", "exact", "canonical"]}),
    _query("attachments", "Answers in parts, with the contents of the attachments.", TRUTH),
)

HEADERS: dict[str, dict[str, Any]] = {
    "X-Experience-API-Version": {
        "description": "The version that the answer speaks.",
        "required": True,
        "schema": TEXT,
    },
    "X-Experience-API-Consistent-Through": {
        "description": "Everything stored up to this moment is in the answer.",
        "required": True,
        "schema": MOMENT,
    },
    "ETag": {"description": "The SHA-1 of the content, in quotes.", "required": True, "schema": TEXT},
    "Last-Modified": {"description": "When it was stored or changed.", "schema": TEXT},
    "WWW-Authenticate": {"description": "How to log in.", "required": True, "schema": TEXT},
    "X-Request-ID": {"description": "The id of the request in the logs.", "schema": TEXT},
}


def header_refs(*names: str) -> dict[str, dict[str, str]]:
    """References to the headers of an answer, with those that every answer has."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Experience-API-Version", *names)}
