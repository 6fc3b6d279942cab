"""A small cmi5 LMS around our own LRS: launches, one token a launch, sessions that end, and cmi5's rules as a list."""

import base64
import json
import re
import uuid
from collections.abc import Iterable
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

from xapi.lrs.web import Application
from xapi.testing import INSTITUTION, EmbeddedLrs, encoded

ACTIVITY = "https://lms.example/au/7"
PUBLISHER = "https://w3id.org/jampel/modul/uji/uji-pemutar"
ACTOR = {"objectType": "Agent", "account": {"homePage": "https://lms.example", "name": "murid-1"}}
SESSION = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
MASTERY = "https://w3id.org/xapi/cmi5/context/extensions/masteryscore"
CMI5, MOVEON = (f"https://w3id.org/xapi/cmi5/context/categories/{name}" for name in ("cmi5", "moveon"))
ADL = "http://adlnet.gov/expapi/verbs/"
DEFINED = ("initialized", "completed", "passed", "failed", "terminated")
JUDGED = ("completed", "passed", "failed")
KINDS = {
    ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".webp": "image/webp",
    ".mp3": "audio/mpeg",
}  # fmt: skip


class Cmi5Lms:
    """One registration of one learner; what belongs to a session that is over is refused."""

    def __init__(self, house: EmbeddedLrs, folder: Path) -> None:
        self.house, self.folder = house, folder
        new = house.credentials.add(INSTITUTION, "lms", ["all"], "foreign")
        self.token = base64.b64encode(f"{new.key}:{new.secret}".encode()).decode()
        self.registration = str(uuid.uuid4())
        self.sessions: list[str] = []
        self.fetched: list[str] = []
        self.down = False
        self.asked_preferences = False
        self.refusals: list[str] = []
        self._application = Application(house.lrs, house.credentials, house.clock)

    def launch(self, address: str, **changes: Any) -> str:
        """Opens a session, ends the one before, and returns the address to open."""
        session = str(uuid.uuid4())
        self.sessions.append(session)
        self.asked_preferences = False
        data = {
            "contextTemplate": {
                "contextActivities": {"grouping": [{"objectType": "Activity", "id": PUBLISHER}]},
                "extensions": {SESSION: session},
            },
            "launchMode": "Normal",
            "launchMethod": "AnyWindow",
            "moveOn": "CompletedAndPassed",
            "returnURL": f"{address}/kembali.html",
            **changes,
        }
        query = {"activityId": ACTIVITY, "agent": json.dumps(ACTOR), "registration": self.registration}
        self._call("PUT", "activities/state", {**query, "stateId": "LMS.LaunchData"}, encoded(data))
        asked = {
            "endpoint": f"{address}/xapi/",
            "fetch": f"{address}/token?sesi={session}",
            "actor": json.dumps(ACTOR),
            "registration": self.registration,
            "activityId": ACTIVITY,
        }
        return f"{address}/modul/index.html?{urlencode(asked)}"

    def statements(self) -> list[dict[str, Any]]:
        """What the LRS has, in the order of storage."""
        status, body = self._call("GET", "statements", {"ascending": "true", "limit": "200"})
        assert status == 200, body
        return list(json.loads(body)["statements"])

    def state(self) -> dict[str, Any]:
        query = {"activityId": ACTIVITY, "agent": json.dumps(ACTOR), "registration": self.registration}
        return dict(json.loads(self._call("GET", "activities/state", {**query, "stateId": "jampel"})[1]))

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Answers one request of the browser."""
        path = environ["PATH_INFO"]
        if path == "/token":
            return self._give_token(environ, start)
        if not path.startswith("/xapi/"):
            place = self.folder / path.lstrip("/")
            found = place.read_bytes() if place.is_file() else b""
            start("200 OK" if found else "204 No Content", [("Content-Type", KINDS.get(place.suffix, "text/plain"))])
            return [found] if found else []
        self.asked_preferences |= path == "/xapi/agents/profile"
        if self.down:
            start("503 Service Unavailable", [])
            return []
        if path == "/xapi/statements" and environ["REQUEST_METHOD"] == "POST":
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            environ["wsgi.input"] = BytesIO(body)
            if refused := self._refusal(json.loads(body)):
                self.refusals.append(refused)
                start("403 Forbidden", [("Content-Type", "text/plain")])
                return [refused.encode()]
        return self._application(environ, start)

    def _refusal(self, batch: list[dict[str, Any]]) -> str:
        """Why a strict LMS takes none of `batch`: by what the session was before it."""
        if any(one["context"]["extensions"].get(SESSION) != self.sessions[-1] for one in batch):
            return "another session than the open one"
        here = [one for one in self.statements() if one["context"]["extensions"][SESSION] == self.sessions[-1]]
        said = [verb(one) for one in here]
        if not self.asked_preferences:
            return "the preferences were not asked"
        if "initialized" not in said and [verb(one) for one in batch] != ["initialized"]:
            return "not initialized"
        if "terminated" in said:
            return "terminated"
        return ""

    def _give_token(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        session = parse_qs(environ["QUERY_STRING"])["sesi"][0]
        answer = {"error-code": "1", "error-text": "sudah diambil"}
        if environ["REQUEST_METHOD"] == "POST" and session not in self.fetched:
            answer = {"auth-token": self.token}
        self.fetched.append(session)
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]

    def _call(self, method: str, resource: str, query: dict[str, str], body: bytes = b"") -> tuple[int, bytes]:
        found = [0]
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": f"/xapi/{resource}",
            "QUERY_STRING": urlencode(query),
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/json",
            "wsgi.input": BytesIO(body),
            "HTTP_AUTHORIZATION": f"Basic {self.token}",
            "HTTP_X_EXPERIENCE_API_VERSION": "1.0.3",
        }

        def start(line: str, _headers: Any) -> None:
            found[0] = HTTPStatus(int(line[:3])).value

        answer = b"".join(self._application(environ, start))  # type: ignore[arg-type]
        return found[0], answer


def verb(statement: dict[str, Any]) -> str:
    return str(statement["verb"]["id"]).removeprefix(ADL)


def faults(statements: list[dict[str, Any]], lms: Cmi5Lms) -> list[str]:
    """What breaks cmi5 (sections 7 to 10) in the statements of one registration, in the order of storage."""
    found = [f"{verb(one)}: {fault}" for one in statements for fault in _faults_of(one, lms)]
    for session in lms.sessions:
        verbs = [verb(one) for one in statements if one["context"]["extensions"][SESSION] == session]
        if verbs and (verbs[0] != "initialized" or verbs.count("initialized") > 1):
            found.append(f"initialized is not first and once: {verbs}")
        if "terminated" in verbs[:-1]:
            found.append(f"terminated is not last: {verbs}")
        if verbs.count("failed") + verbs.count("passed") > 1:
            found.append("more than one verdict in a session")
    verbs = [verb(one) for one in statements]
    found += [f"{once} twice in a registration" for once in ("completed", "passed") if verbs.count(once) > 1]
    if "passed" in verbs and "failed" in verbs[verbs.index("passed") :]:
        found.append("failed after passed")
    return found


def _faults_of(one: dict[str, Any], lms: Cmi5Lms) -> list[str]:
    context, result, name = one["context"], one.get("result", {}), verb(one)
    around = {kind: [thing["id"] for thing in things] for kind, things in context["contextActivities"].items()}
    category = around.get("category", [])
    claims = {
        "the actor is not the launch's": one["actor"] == ACTOR,
        "the registration is not the launch's": context.get("registration") == lms.registration,
        "the session is none of the LMS's": context["extensions"].get(SESSION) in lms.sessions,
        "the grouping of the template is lost": PUBLISHER in around.get("grouping", []),
        "the timestamp is not UTC": re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", one["timestamp"]) is not None,
        "the category cmi5 is wrong": (CMI5 in category) == (name in DEFINED),
        "the category moveon is wrong": (MOVEON in category) == (name in JUDGED),
        "the object is not the AU": (one["object"]["id"] == ACTIVITY) == (name in DEFINED),
        "completion is wrong": ("completion" in result) == (name == "completed") or name not in DEFINED,
        "success is wrong": name not in DEFINED or result.get("success") == {"passed": True, "failed": False}.get(name),
        "a score where none may be": "score" not in result or name in ("passed", "failed", "answered"),
        "a duration is missing": name not in (*JUDGED, "terminated") or "duration" in result,
    }
    return [fault for fault, holds in claims.items() if not holds]
