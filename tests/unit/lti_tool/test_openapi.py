"""The description of the HTTP interface is OpenAPI, and it is true: the running LRS is asked."""

import base64
import hashlib
import json
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lti_tool.web.testing import Site
from xapi.lrs.openapi import document
from xapi.lrs.web import documents, resources, statements
from xapi.testing import encoded, make_agent, make_statement

DOC = document("/xapi", "1")
METHODS = ("get", "head", "put", "post", "delete", "patch", "options")
OPERATIONS = [(path, method) for path, found in DOC["paths"].items() for method in found]
SHARED = {"X-Experience-API-Version", "Accept-Language", "X-Request-ID"}
AGENT = json.dumps(make_agent())
ACTIVITY = "https://contoh.go.id/modul"
VALUES = {
    "activityId": ACTIVITY,
    "agent": AGENT,
    "stateId": "s",
    "profileId": "p",
    "statementId": "fd41c918-b88b-4b20-a0a5-a4c32391aaa0",
    "registration": "aa97b177-9383-4934-8543-0f91a7a02837",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    found = Site(tmp_path_factory.mktemp("openapi") / "data")
    yield found
    found.close()


@pytest.fixture(scope="module")
def headers(site) -> dict[str, str]:
    new = site.services.credentials.add(site.services.institution.id, "uji", ["all"], "foreign", False)
    basic = base64.b64encode(f"{new.key}:{new.secret}".encode()).decode()
    return {"Authorization": f"Basic {basic}", "X-Experience-API-Version": "1.0.3"}


def address(path: str) -> str:
    return "/xapi" + path.replace("{token}", "token")


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        found: Any = DOC
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part


def queries(path: str, method: str) -> set[str]:
    return {one["name"] for one in DOC["paths"][path][method]["parameters"] if one["in"] == "query"}


def required(path: str, method: str) -> dict[str, str]:
    """The query that the description says is needed."""
    asked = DOC["paths"][path][method]["parameters"]
    return {one["name"]: VALUES[one["name"]] for one in asked if one["in"] == "query" and one["required"]}


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside `value`."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    for inside in value if isinstance(value, list) else []:
        yield from parts(inside)


def fits(value: Any, schema: dict[str, Any]) -> None:
    Draft202012Validator({**schema, "components": DOC["components"]}).validate(value)


def test_the_document_has_what_openapi_demands() -> None:
    """OpenAPI 3.1: 4.8.1 OpenAPI, 4.8.2 Info, 4.8.5 Server, 4.8.27 Security Scheme."""
    assert re.fullmatch(r"3\.1\.\d+", DOC["openapi"])
    assert set(DOC) <= {"openapi", "info", "jsonSchemaDialect", "servers", "paths", "components", "security", "tags"}
    assert {"title", "version"} <= set(DOC["info"])
    assert [server["url"] for server in DOC["servers"]] == ["/xapi"]
    for scheme in DOC["components"]["securitySchemes"].values():
        assert (scheme["type"], scheme["scheme"]) in {("http", "basic"), ("http", "bearer")}
    for needed in DOC["security"]:
        assert set(needed) <= set(DOC["components"]["securitySchemes"])


def test_every_reference_leads_somewhere_and_every_component_is_used() -> None:
    used = {part["$ref"] for part in parts(DOC) if "$ref" in part}
    for found in used:
        assert resolved({"$ref": found})
    kinds = ("schemas", "responses", "headers")
    named = {f"#/components/{kind}/{name}" for kind in kinds for name in DOC["components"][kind]}
    assert named - used <= {"#/components/headers/X-Request-ID"}


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_an_operation_is_well_formed(path: str, method: str) -> None:
    """OpenAPI 3.1: 4.8.9 Path Item, 4.8.10 Operation, 4.8.12 Parameter, 4.8.13 Request Body, 4.8.17 Response."""
    operation = DOC["paths"][path][method]
    assert path.startswith("/")
    assert method in METHODS
    assert set(operation) <= {"operationId", "summary", "tags", "parameters", "responses", "requestBody", "security"}
    asked = [(one["name"], one["in"]) for one in operation["parameters"]]
    assert len(asked) == len(set(asked))
    assert {name for name, place in asked if place == "path"} == set(re.findall(r"{(\w+)}", path))
    for one in operation["parameters"]:
        assert one["in"] in ("query", "header", "path")
        assert ("schema" in one) != ("content" in one)
        assert one["description"]
        assert one["in"] != "path" or one["required"]
        assert one["name"].lower() not in ("accept", "content-type", "authorization")
    assert operation["responses"]
    for status, answer in operation["responses"].items():
        assert re.fullmatch(r"[1-5]\d\d", status)
        assert resolved(answer)["description"]
        for content in resolved(answer).get("content", {}).values():
            assert set(content) == {"schema"}
    assert method not in ("put", "post") or operation["requestBody"]["content"]


def test_operation_ids_differ() -> None:
    names = [DOC["paths"][path][method]["operationId"] for path, method in OPERATIONS]
    assert len(names) == len(set(names))


def test_every_schema_is_a_json_schema() -> None:
    for part in parts(DOC):
        if isinstance(part.get("schema"), dict):
            Draft202012Validator.check_schema(part["schema"])
    for schema in DOC["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_the_paths_and_methods_are_those_of_the_lrs(site) -> None:
    table = resources._resources(site.services.lrs, statements.StatementResource(site.services.lrs, 1), 1)
    described = {path: {method.upper() for method in found} for path, found in DOC["paths"].items()}
    assert described.pop("/about") == described.pop("/statements/more/{token}") == {"GET", "HEAD"}
    assert described == {f"/{path}": {*handlers, "HEAD"} for path, handlers in table.items()}


@pytest.mark.parametrize("path", DOC["paths"])
def test_other_methods_are_refused_and_allow_names_the_described_ones(site, headers, path: str) -> None:
    described = {method.upper() for method in DOC["paths"][path]}
    for method in set(METHODS) - {"options"}:  # that one is for browsers, see CORS
        answer = site.browser().open(address(path), method=method.upper(), headers=headers)
        assert (answer.status_code == 405) == (method not in DOC["paths"][path])
        if answer.status_code == 405:
            assert set(answer.headers["Allow"].split(", ")) == described


@pytest.mark.parametrize(("path", "method"), [one for one in OPERATIONS if one[1] != "head"])
def test_the_lrs_knows_the_described_parameters_and_no_others(site, headers, path: str, method: str) -> None:
    """An unknown parameter is refused with the list of those that are known."""
    query = {"tidak_ada": "1"}
    body = encoded(make_statement()) if path == "/statements" and method in ("put", "post") else b"{}"
    kind = {"Content-Type": "application/json", "Accept-Language": "en"}
    answer = site.browser().open(
        address(path), method=method.upper(), headers=headers | kind, query_string=query, data=body
    )
    assert answer.json["error"] == "lrs.parameter_unknown"
    known = answer.json["message"].partition("Known are: ")[2].removesuffix(".")
    assert {name for name in known.split(", ") if name} == queries(path, method)


def test_the_tables_of_the_lrs_say_the_same() -> None:
    for path, names in (
        ("/activities/state", documents.STATE),
        ("/activities/profile", documents.ACTIVITY_PROFILE),
        ("/agents/profile", documents.AGENT_PROFILE),
    ):
        assert queries(path, "put") == set(names.parameters)
        assert required(path, "put").keys() >= {names.identifier}
        assert (names.identifier in required(path, "delete")) != names.clears
    assert queries("/statements", "get") == {*statements._SINGLE, *statements._FILTERS, *statements._ANY}
    (form,) = (one for one in DOC["paths"]["/statements"]["get"]["parameters"] if one["name"] == "format")
    assert tuple(form["schema"]["enum"]) == statements._FORMATS


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_what_is_required_is_required(site, headers, path: str, method: str) -> None:
    for name in required(path, method):
        query = {other: value for other, value in required(path, method).items() if other != name}
        body, kind = encoded(make_statement()), {"Content-Type": "application/json"}
        answer = site.browser().open(
            address(path), method=method.upper(), query_string=query, headers=headers | kind, data=body
        )
        assert answer.status_code == 400
        assert method == "head" or answer.json["error"] == "lrs.parameter_missing"
    without = {name: value for name, value in headers.items() if name != "X-Experience-API-Version"}
    answer = site.browser().open(
        address(path), method=method.upper(), query_string=required(path, method), headers=without, data=b"{}"
    )
    assert (answer.status_code == 400) == (path != "/about")


class Asked:
    """Sends requests and holds every answer against the description of its status."""

    def __init__(self, site, headers: dict[str, str]) -> None:
        self._site = site
        self._headers = headers
        self.seen: set[tuple[str, str, str]] = set()

    def __call__(self, method: str, path: str, body: Any = None, *, more: str = "", **asked: Any) -> Any:
        headers = self._headers | asked.pop("headers", {})
        data = body if isinstance(body, bytes | None) else encoded(body)
        answer = self._site.browser().open(
            more or address(path), method=method.upper(), headers={k: v for k, v in headers.items() if v},
            query_string=asked or None, data=data, content_type=asked.pop("kind", "application/json"),
        )  # fmt: skip
        self._check(path, method, answer)
        return answer

    def _check(self, path: str, method: str, answer: Any) -> None:
        status = str(answer.status_code)
        responses = DOC["paths"][path][method]["responses"]
        assert status in responses, (status, answer.text)
        told = resolved(responses[status])
        self.seen.add((path, method, status))
        for name, header in told.get("headers", {}).items():
            assert name in answer.headers or not resolved(header).get("required") or self._single(path, name, answer)
        if method != "head" and answer.content_type == "application/json":
            fits(answer.json, told["content"]["application/json"]["schema"])
        if method in ("head",) or status == "204":
            assert answer.data == b""

    @staticmethod
    def _single(path: str, name: str, answer: Any) -> bool:
        """The ETag belongs to one document, not to the list of ids."""
        return name == "ETag" and path != "/statements" and isinstance(answer.json, list)


def full_statement() -> dict[str, Any]:
    """A statement with everything in it that the standard has."""
    group = {"objectType": "Group", "name": "Kelas", "member": [make_agent()]}
    definition = {
        "name": {"id": "Modul"},
        "description": {"id": "Isi"},
        "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
        "moreInfo": "https://contoh.go.id/",
        "interactionType": "choice",
        "correctResponsesPattern": ["a"],
        "choices": [{"id": "a", "description": {"id": "A"}}],
        "extensions": {"https://contoh.go.id/x": {"y": None}},
    }
    return make_statement(
        id=str(uuid.uuid4()),
        actor=group,
        object={"id": ACTIVITY, "definition": definition},
        result={
            "score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10},
            "success": True,
            "completion": True,
            "response": "a",
            "duration": "PT1.25S",
            "extensions": {"https://contoh.go.id/x": 1},
        },
        context={
            "registration": VALUES["registration"],
            "instructor": make_agent("1" * 32),
            "team": {"objectType": "Group", "mbox": "mailto:kelas@example.go.id"},
            "contextActivities": {"parent": {"id": ACTIVITY}, "other": [{"id": ACTIVITY}]},
            "revision": "1",
            "platform": "Uji",
            "language": "id",
            "statement": {"objectType": "StatementRef", "id": str(uuid.uuid4())},
            "extensions": {"https://contoh.go.id/x": []},
        },
        timestamp="2026-11-23T02:00:00.123Z",
        attachments=[
            {
                "usageType": "https://contoh.go.id/bukti",
                "display": {"id": "Bukti"},
                "description": {"id": "Foto"},
                "contentType": "text/plain",
                "length": 1,
                "sha2": hashlib.sha256(b"x").hexdigest(),
                "fileUrl": "https://contoh.go.id/bukti.txt",
            }
        ],
    )


def test_a_live_lrs_answers_as_described(site, headers) -> None:
    asked = Asked(site, headers)
    whole, two = full_statement(), {"X-Experience-API-Version": "2.0.0"}
    fits(whole, DOC["components"]["schemas"]["NewStatement"])
    inner = {**make_statement(), "objectType": "SubStatement"}
    asked("post", "/statements", [whole, make_statement(object=inner), make_statement(object=make_agent())])
    asked("put", "/statements", make_statement(), statementId=VALUES["statementId"])
    asked("put", "/statements", make_statement(verb={"id": "https://x.example/"}), statementId=VALUES["statementId"])
    asked("post", "/statements", {"actor": {}})
    asked("post", "/statements", b"x" * (9 * 1024 * 1024))
    asked("post", "/statements", whole, headers={"Authorization": ""})
    for method in ("get", "head"):
        asked(method, "/statements")
        asked(method, "/statements", statementId=whole["id"])
        asked(method, "/statements", statementId=str(uuid.uuid4()))
        asked(method, "/statements", format="ids", limit="1")
        asked(method, "/statements", attachments="true")
        asked(method, "/statements", limit="-1")
        page = asked("get", "/statements", limit="1", headers=two)
        asked(method, "/statements/more/{token}", more=page.json["more"])
        asked(method, "/statements/more/{token}")
        asked(method, "/about")
        asked(method, "/about", x="1")
        asked(method, "/agents", agent=AGENT)
        asked(method, "/activities", activityId=ACTIVITY)
        asked(method, "/activities", activityId="https://contoh.go.id/tidak-dikenal", headers=two)
        asked(method, "/activities", headers={"Authorization": "Basic eDp4"})
    for path in ("/activities/state", "/activities/profile", "/agents/profile"):
        one = required(path, "put")
        every = {name: value for name, value in one.items() if name in required(path, "get")}
        asked("put", path, {"a": 1}, **one, headers={"If-None-Match": "*"})
        asked("put", path, {"a": 2}, **one, headers=two)
        asked("put", path, {"a": 2}, **one, headers={"If-Match": '"x"'})
        asked("post", path, {"b": 1}, **one)
        asked("post", path, b"x", **one)
        for method in ("get", "head"):
            asked(method, path, **one)
            asked(method, path, **every)
            asked(method, path, **{**one, **{name: "lain" for name in ("stateId", "profileId") if name in one}})
            asked(method, path, **every, since="x")
        asked("delete", path, **one, headers={"If-Match": '"x"'})
        asked("delete", path, **one)
        asked("delete", path)
    reader = site.services.credentials.add(site.services.institution.id, "baca", ["statements/read"], "foreign", False)
    basic = base64.b64encode(f"{reader.key}:{reader.secret}".encode()).decode()
    asked("post", "/statements", whole, headers={"Authorization": f"Basic {basic}"})
    good = {(path, method) for path, method, status in asked.seen if status.startswith("2")}
    assert good == set(OPERATIONS)


def test_a_wrong_answer_would_be_noticed() -> None:
    error = {"$ref": "#/components/schemas/Error"}
    fits({"error": "lrs.scope", "message": "x"}, error)
    for wrong in ({"error": "lrs.scope"}, {"error": "x", "message": "x"}, {"error": "a.b", "message": "x", "lain": 1}):
        with pytest.raises(Exception, match="required|match|Additional"):
            fits(wrong, error)


def test_the_description_is_served_with_the_address_of_this_installation(site) -> None:
    answer = site.browser().get("/openapi.json")
    assert answer.content_type == "application/json"
    assert answer.json["servers"] == [{"url": "http://localhost/xapi"}]
    assert answer.json["paths"] == DOC["paths"]


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_description_can_be_read_as_a_page(site, language: str) -> None:
    page = site.browser().get("/dokumen/antarmuka", query_string={"lang": language})
    assert page.status_code == 200
    assert "script" not in page.text
    for path, method in OPERATIONS:
        assert path in page.text
        if method != "head":
            assert DOC["paths"][path][method]["summary"].replace("'", "&#39;") in page.text
