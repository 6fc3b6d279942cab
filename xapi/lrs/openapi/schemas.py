"""The JSON that goes in and out of the LRS, as JSON Schema 2020-12: what a client may rely on (xAPI 1.0.3 Data)."""

from typing import Any

Schema = dict[str, Any]
_UUID = "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"


def ref(name: str) -> Schema:
    """A reference to the schema `name`."""
    return {"$ref": f"#/components/schemas/{name}"}


def listed(items: Schema, **more: Any) -> Schema:
    """A list of `items`."""
    return {"type": "array", "items": items, **more}


def record(required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    """An object with these properties and no others."""
    made: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**made, "required": list(required)} if required else made


TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
TRUTH: Schema = {"type": "boolean"}
IRI: Schema = {"type": "string", "format": "iri"}
UUID: Schema = {"type": "string", "pattern": f"^{_UUID}$", "description": "A UUID in its canonical form (RFC 4122)."}
MOMENT: Schema = {"type": "string", "description": "A timestamp by ISO 8601, kept as it was sent."}
SHA2: Schema = {"type": "string", "pattern": "^[0-9A-Fa-f]{56,128}$"}

_IFIS: dict[str, Schema] = {
    "mbox": {"type": "string", "pattern": "^mailto:"},
    "mbox_sha1sum": {"type": "string", "pattern": "^[0-9A-Fa-f]{40}$"},
    "openid": IRI,
    "account": record(("homePage", "name"), homePage=IRI, name=TEXT),
}
_ONE_IFI: Schema = {"oneOf": [{"required": [name]} for name in _IFIS]}
_KINDS = ("parent", "grouping", "category", "other")


def _agent() -> Schema:
    return {**record((), objectType={"const": "Agent"}, name=TEXT, **_IFIS), **_ONE_IFI}


def _group() -> Schema:
    members = {"member": listed(ref("Agent"))}
    made = record(("objectType",), objectType={"const": "Group"}, name=TEXT, **members, **_IFIS)
    return {**made, "anyOf": [{"required": [name]} for name in (*_IFIS, "member")]}


def _context() -> Schema:
    lists = {kind: {"anyOf": [listed(ref("Activity")), ref("Activity")]} for kind in _KINDS}  # one alone is let in
    return record(
        (),
        registration=UUID,
        instructor=ref("Actor"),
        team=ref("Group"),
        contextActivities=record((), **lists),
        contextAgents=listed(record(("objectType", "agent"), objectType={"const": "contextAgent"}, agent=ref("Agent"),
                                    relevantTypes=listed(IRI))),
        contextGroups=listed(record(("objectType", "group"), objectType={"const": "contextGroup"}, group=ref("Group"),
                                    relevantTypes=listed(IRI))),
        revision=TEXT,
        platform=TEXT,
        language=TEXT,
        statement=ref("StatementRef"),
        extensions=ref("Extensions"),
    )  # fmt: skip


def _statement(*, inner: bool) -> dict[str, Schema]:
    """The properties of a statement, or of one inside another."""
    objects = ["Activity", "Actor", "StatementRef"] + ([] if inner else ["SubStatement"])
    shared = {
        "actor": ref("Actor"),
        "verb": record(("id",), id=IRI, display=ref("LanguageMap")),
        "object": {"anyOf": [ref(name) for name in objects]},
        "result": ref("Result"),
        "context": ref("Context"),
        "timestamp": MOMENT,
        "attachments": listed(ref("Attachment")),
    }
    if inner:
        return {"objectType": {"const": "SubStatement"}, **shared}
    version = {"type": "string", "pattern": r"^(1\.0(\.\d+)?|2\.0\.\d+)$"}
    return {"id": UUID, **shared, "stored": MOMENT, "authority": ref("Actor"), "version": version}


def _definition() -> Schema:
    component = listed(record(("id",), id=TEXT, description=ref("LanguageMap")))
    lists = dict.fromkeys(("choices", "scale", "source", "target", "steps"), component)
    return record(
        (),
        name=ref("LanguageMap"),
        description=ref("LanguageMap"),
        type=IRI,
        moreInfo=IRI,
        interactionType=TEXT,
        correctResponsesPattern=listed(TEXT),
        **lists,
        extensions=ref("Extensions"),
    )


def schemas() -> dict[str, Schema]:
    """All schemas by name."""
    sent = ("actor", "verb", "object")
    stored = (*sent, "id", "stored", "authority", "timestamp", "version")
    return {
        "LanguageMap": {"type": "object", "additionalProperties": TEXT, "description": "Texts by language tag."},
        "Extensions": {"type": "object", "description": "Any JSON by IRI."},
        "Agent": _agent(),
        "Group": _group(),
        "Actor": {"anyOf": [ref("Agent"), ref("Group")]},
        "Activity": record(("id",), objectType={"const": "Activity"}, id=IRI, definition=ref("Definition")),
        "Definition": _definition(),
        "StatementRef": record(("objectType", "id"), objectType={"const": "StatementRef"}, id=UUID),
        "SubStatement": record(("objectType", *sent), **_statement(inner=True)),
        "Score": record((), scaled={"type": "number", "minimum": -1, "maximum": 1}, raw=NUMBER, min=NUMBER, max=NUMBER),
        "Result": record(
            (), score=ref("Score"), success=TRUTH, completion=TRUTH, response=TEXT,
            duration={"type": "string", "pattern": "^P"}, extensions=ref("Extensions"),
        ),
        "Context": _context(),
        "Attachment": record(
            ("usageType", "display", "contentType", "length", "sha2"), usageType=IRI, display=ref("LanguageMap"),
            description=ref("LanguageMap"), contentType=TEXT, length={"type": "integer", "minimum": 0}, sha2=SHA2,
            fileUrl=IRI,
        ),
        "NewStatement": record(sent, **_statement(inner=False)),
        "Statement": record(stored, **_statement(inner=False)),
        "StatementIds": listed(UUID, description="The ids of the stored statements, in the order they were sent."),
        "StatementResult": record(
            ("statements", "more"), statements=listed(record((), **_statement(inner=False))),
            more={"type": "string", "description": "The path of the next page; empty when this is the last."},
        ),
        "Person": record(
            ("objectType",), objectType={"const": "Person"}, name=listed(TEXT),
            **{name: listed(schema) for name, schema in _IFIS.items()},
        ),
        "DocumentIds": listed(TEXT, description="The ids of the documents of an address."),
        "About": record(("version",), version=listed(TEXT), extensions=ref("Extensions")),
        "Error": record(
            ("error", "message"),
            error={"type": "string", "pattern": r"^[a-z0-9_]+(\.[a-z0-9_]+)+$", "description": "A stable code."},
            message={"type": "string", "description": "What to do, in the language that Accept-Language prefers."},
            path={"type": "string", "description": "Where in the JSON, such as `$.actor.mbox`."},
            clause={"type": "string", "description": "The clause of the xAPI specification."},
            detail={"type": "string", "description": "For developers, in English."},
            reference={"type": "string", "description": "The same reference stands in the log."},
        ),
    }  # fmt: skip
