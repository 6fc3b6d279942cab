"""The OpenAPI 3.1 document of the LRS: every resource with its methods, parameters, answers and credentials."""

from typing import Any

from xapi.lrs.openapi import parameters as given
from xapi.lrs.openapi.parameters import HEADERS, Parameter, header_refs
from xapi.lrs.openapi.schemas import ref, schemas

JSON, MIXED, ANY = "application/json", "multipart/mixed", "*/*"
_CONSISTENT = "X-Experience-API-Consistent-Through"
_ERRORS = {
    "400": "The request breaks the standard; `error`, `path` and `clause` say where.",
    "401": "No valid credential.",
    "403": "The credential may not do this.",
    "404": "There is no such thing here.",
    "409": "Another statement has this id, or a document is there and the request does not say that it knows.",
    "412": "A condition (`If-Match`, `If-None-Match`) does not hold.",
    "413": "The body is larger than this installation takes, or it holds too many statements.",
    "429": "A credential that ships inside a package sends too fast.",
    "503": "The database is away for a moment; nothing of the request was kept.",
}
_ERROR_HEADERS = {"401": ("WWW-Authenticate",), "429": ("Retry-After",), "503": ("Retry-After",)}
_READ = ("400", "401", "403", "503")
Operation = dict[str, Any]


def document(server: str = "/xapi", version: str = "") -> dict[str, Any]:
    """The description of the LRS at the address `server`, of the release `version`."""
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "Jampel LRS",
            "version": version or "0",
            "summary": "A Learning Record Store for xAPI 1.0.3 and 2.0.0.",
            "description": "Every resource of the standard. `HEAD` is `GET` without its body; a method that a resource"
            " lacks is refused with 405 and `Allow`; `OPTIONS` answers the browsers of registered sites (CORS)."
            " Under 1.0.3 a form in a POST with the parameter `method` may stand for any other request"
            " (Communication 1.3).",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server}],
        "security": [{"credential": []}, {"launch": []}],
        "tags": [{"name": "statements"}, {"name": "documents"}, {"name": "knowledge"}],
        "paths": _paths(),
        "components": {
            "schemas": schemas(),
            "headers": HEADERS,
            "responses": {f"Error{status}": _error(status) for status in _ERRORS},
            "securitySchemes": {
                "credential": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "Key and secret of a credential, made by an administrator; its scopes bound it.",
                },
                "launch": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The token of one launch: it writes statements and state of its own actor, activity"
                    " and registration, and ends with the launch.",
                },
            },
        },
    }


def _paths() -> dict[str, Any]:
    return {
        "/about": _about(),
        "/statements": _statements(),
        "/statements/more/{token}": _more(),
        "/activities": _known(
            "activity", "An activity with all that statements say of it.", given.ACTIVITY, "Activity"
        ),
        "/agents": _known("person", "Who an Agent is, by all the names that it has here.", given.AGENT, "Person"),
        "/activities/state": _documents(
            "state", (given.ACTIVITY, given.AGENT, given.REGISTRATION), given.STATE_ID, clears=True
        ),
        "/activities/profile": _documents("activity profile", (given.ACTIVITY,), given.PROFILE_ID),
        "/agents/profile": _documents("agent profile", (given.AGENT,), given.PROFILE_ID),
    }


def _error(status: str) -> dict[str, Any]:
    return {
        "description": _ERRORS[status],
        "headers": header_refs(*_ERROR_HEADERS.get(status, ())),
        "content": {JSON: {"schema": ref("Error")}},
    }


def _answer(told: str, schema: dict[str, Any] | None = None, *headers: str, **kinds: Any) -> dict[str, Any]:
    content = {} if schema is None else {JSON: {"schema": schema}}
    answer: dict[str, Any] = {"description": told, "headers": header_refs(*headers)}
    return {**answer, "content": {**content, **kinds}} if content or kinds else answer


def _operation(name: str, summary: str, tag: str, asked: tuple[Parameter, ...], answers: dict[str, Any]) -> Operation:
    """An operation; an answer of `answers` that is None is the usual one for an error of that status."""
    responses = {
        status: answer or {"$ref": f"#/components/responses/Error{status}"} for status, answer in answers.items()
    }
    shared = (given.VERSION, given.LANGUAGE, given.REQUEST_ID)
    return {
        "operationId": name,
        "summary": summary,
        "tags": [tag],
        "parameters": [*asked, *shared],
        "responses": responses,
    }


def _errors(*statuses: str) -> dict[str, None]:
    return dict.fromkeys(sorted({*_READ, *statuses}))


def _readable(operation: Operation) -> dict[str, Operation]:
    """GET, and HEAD with the same heads and no body."""
    answers = {
        status: {"description": "As for GET, without the body.", "headers": answer["headers"]}
        if "headers" in answer
        else {"description": "As for GET, without the body."}
        for status, answer in operation["responses"].items()
    }
    head = {**operation, "operationId": operation["operationId"] + "Head", "responses": answers}
    return {"get": operation, "head": {**head, "summary": f"As GET, without a body: {operation['summary']}"}}


def _about() -> dict[str, Operation]:
    operation = _operation(
        "getAbout", "The versions of xAPI that this LRS speaks.", "knowledge", (),
        {"200": _answer("The versions.", ref("About")), "400": None},
    )  # fmt: skip
    shared = [given.MAYBE_VERSION if one is given.VERSION else one for one in operation["parameters"]]
    return _readable({**operation, "parameters": shared, "security": []})


def _parts(schema: dict[str, Any]) -> dict[str, Any]:
    """Content in parts: the JSON first, then the contents of the attachments (Communication 1.5.2)."""
    told = "The first part is the JSON; each other is the content of an attachment, named by X-Experience-API-Hash."
    return {"schema": {"type": "array", "prefixItems": [schema], "items": {}, "description": told}}


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    """The body of a request that holds statements, alone or with the contents of their attachments."""
    return {"requestBody": {"required": True, "content": {JSON: {"schema": schema}, MIXED: _parts(schema)}}}


def _statements() -> dict[str, Operation]:
    one_or_several = {"anyOf": [ref("NewStatement"), {"type": "array", "items": ref("NewStatement")}]}
    found = {"anyOf": [ref("Statement"), ref("StatementResult")]}
    got = _answer(
        "One statement when the request names one, else a page.", found, _CONSISTENT, "ETag", "Last-Modified",
        **{MIXED: _parts(found)},
    )  # fmt: skip
    required = {**given.STATEMENT_ID, "required": True}
    writes = _errors("409", "413", "429")
    get = _operation(
        "getStatements", "One statement, or those that match.", "statements", given.FILTERS,
        {"200": got, **_errors("404")},
    )  # fmt: skip
    put = _operation(
        "putStatement", "Stores a statement under an id.", "statements", (required,),
        {"204": _answer("It is on disk."), **writes},
    )  # fmt: skip
    post = _operation(
        "postStatements", "Stores a statement or a list of them, all or none.", "statements", (),
        {"200": _answer("They are on disk.", ref("StatementIds")), **writes},
    )  # fmt: skip
    return {**_readable(get), "put": put | _body(ref("NewStatement")), "post": post | _body(one_or_several)}


def _more() -> dict[str, Operation]:
    page = _answer("The page.", ref("StatementResult"), _CONSISTENT, "ETag", **{MIXED: _parts(ref("StatementResult"))})
    return _readable(
        _operation("getMore", "The next page of an answer.", "statements", (given.MORE,), {"200": page, **_errors()})
    )


def _known(name: str, summary: str, asked: Parameter, schema: str) -> dict[str, Operation]:
    answers = {"200": _answer(summary, ref(schema)), **_errors()}
    return _readable(_operation(f"get{name.title()}", summary, "knowledge", (asked,), answers))


def _documents(
    name: str, address: tuple[Parameter, ...], identifier: Parameter, *, clears: bool = False
) -> dict[str, Operation]:
    """The methods of a resource of documents; `clears` says that all of an address can be deleted at once."""
    label, tag = name.title().replace(" ", ""), "documents"
    one = (*address, {**identifier, "required": True}, given.IF_MATCH, given.IF_NONE_MATCH)
    some = (*address, identifier, given.IF_MATCH, given.IF_NONE_MATCH)
    written = {"204": _answer("It is on disk."), **_errors("409", "412", "413")}
    gone = {"204": _answer("It is gone."), **_errors("409", "412")}
    got = _answer(
        "The document as it was sent; or the ids of all, when the request names none.",
        {"anyOf": [ref("DocumentIds"), {"description": "A document that is JSON itself."}]},
        "Last-Modified",
        **{ANY: {"schema": {}}},
    )
    body = {"requestBody": {"required": True, "content": {ANY: {"schema": {}}, JSON: {"schema": {}}}}}
    asked = (*address, identifier, given.SINCE)
    all_of = "all of an address when the request names none, or " if clears else ""
    get = _operation(
        f"get{label}", f"A document, or the list of ids ({name}).", tag, asked, {"200": got, **_errors("404")}
    )
    return {
        **_readable(get),
        "put": _operation(f"put{label}", f"Writes a document ({name}).", tag, one, written) | body,
        "post": _operation(f"post{label}", f"Merges JSON into a document ({name}).", tag, one, written) | body,
        "delete": _operation(
            f"delete{label}", f"Deletes {all_of}a document ({name}).", tag, some if clears else one, gone
        ),
    }
