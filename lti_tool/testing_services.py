"""A platform's grade and roster services for tests, with a memory: by the book, or with the manners of Moodle."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lti_tool.errors import ToolError
from lti_tool.http import Reply

BASE = "https://lms.example.go.id"
ITEM = "application/vnd.ims.lis.v2.lineitem+json"
ITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"
SCORE = "application/vnd.ims.lis.v1.score+json"
RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
MEMBERS = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


@dataclass
class FakeServices:
    """Stands for `PlatformHttp`: the token endpoint, line items, scores, results and members of one course.

    `moodle` gives it Moodle's manners: whole seconds, 409 for one that does not rise, 400 with `[]` for who cannot be
    graded, typographic quotes in Link, nothing but one media type in Accept. Otherwise it keeps to AGS 2.0 and NRPS
    2.0. `down` is how many calls fail before it answers again; `gradable` are its learners; `page` is the page size;
    `asks` is a Retry-After in seconds with which it answers 503.
    """

    moodle: bool = False
    gradable: set[str] = field(default_factory=lambda: {"2", "3"})
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    grades: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    members: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] | None = None
    page: int = 2
    down: int = 0
    asks: int | None = None
    calls: list[tuple[str, str]] = field(default_factory=list)
    scores: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def get(self, url: str, *, accept: str, headers: Mapping[str, str] | None = None) -> Reply:
        """Answers as `PlatformHttp.get`."""
        return self._answer("GET", url, accept, "", b"")

    def post(
        self, url: str, body: bytes, *, content_type: str, accept: str, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Answers as `PlatformHttp.post`."""
        return self._answer("POST", url, accept, content_type, body)

    def put(
        self, url: str, body: bytes, *, content_type: str, accept: str, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Answers as `PlatformHttp.put`."""
        return self._answer("PUT", url, accept, content_type, body)

    def delete(self, url: str, *, accept: str, headers: Mapping[str, str] | None = None) -> Reply:
        """Answers as `PlatformHttp.delete`."""
        return self._answer("DELETE", url, accept, "", b"")

    def add_item(self, name: str, **more: Any) -> str:
        """Adds a line item and returns its address."""
        address = f"{BASE}/ags/items/{name}/lineitem?type_id=1"
        self.items[name] = {"id": address, "label": name, "scoreMaximum": 100, **more}
        return address

    def grade(self, name: str, user: str) -> float | None:
        """What stands in the gradebook, None when it was wiped or never there."""
        found = self.grades.get((name, user))
        return None if found is None else found.get("given")

    def _answer(self, method: str, url: str, accept: str, content_type: str, body: bytes) -> Reply:
        self.calls.append((method, url))
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" != BASE:
            raise AssertionError(f"called a foreign host: {url}")
        if self.down:
            self.down -= 1
            raise ToolError("http.unreachable", "the platform is down", host=parts.netloc)
        if self.asks is not None:
            return Reply(503, b"", {"retry-after": str(self.asks)})
        if parts.path == "/token":
            return _json({"access_token": "t", "expires_in": 3600})
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        steps = parts.path.strip("/").split("/")
        if steps[0] == "nrps":
            return self._members(url, accept, query)
        if len(steps) == 2:
            return self._container(method, url, accept, query, body)
        return self._item(method, steps, accept, content_type, body, query)

    def _container(self, method: str, url: str, accept: str, query: dict[str, str], body: bytes) -> Reply:
        if method == "POST":
            name = f"baru{len(self.items)}"
            self.add_item(name, **json.loads(body))
            self.items[name]["id"] = f"{BASE}/ags/items/{name}/lineitem?type_id=1"
            return _json(self.items[name], 201)
        if self.moodle and accept != ITEMS:
            return Reply(400, b"", {}, "No handler found")
        wanted = query.get("resource_link_id")
        found = [item for item in self.items.values() if wanted in (None, item.get("resourceLinkId"))]
        return self._paged(url, found)

    def _item(
        self, method: str, steps: list[str], accept: str, content_type: str, body: bytes, query: dict[str, str]
    ) -> Reply:
        name = steps[2]
        if name not in self.items:
            return Reply(404, b"[]", {})
        if steps[-1] == "scores":
            return self._score(name, content_type, body)
        if steps[-1] == "results":
            return self._results(name, query)
        if method == "DELETE":
            del self.items[name]
            return Reply(204, b"", {"content-type": "text/html"})
        if method == "PUT":
            self.items[name] = json.loads(body)
        return _json(self.items[name])

    def _score(self, name: str, content_type: str, body: bytes) -> Reply:
        score = json.loads(body)
        self.scores.append((name, score))
        if content_type != SCORE:
            return Reply(400 if self.moodle else 415, b"[]", {})
        if score["userId"] not in self.gradable:
            return Reply(400, b"[]", {}, "Incorrect score received") if self.moodle else Reply(422, b"", {})
        moment = datetime.fromisoformat(score["timestamp"])
        if self.moodle:
            moment = moment.replace(microsecond=0)
        known = self.grades.get((name, score["userId"]))
        if known is not None and moment <= known["moment"]:
            return Reply(409, b"[]", {})
        final = score["gradingProgress"] == "FullyGraded" and "scoreGiven" in score
        given = score.get("scoreGiven") if final or not self.moodle else None  # Moodle wipes what is not final
        self.grades[name, score["userId"]] = {"moment": moment, "given": given}
        return Reply(200 if self.moodle else 204, b"", {})

    def _results(self, name: str, query: dict[str, str]) -> Reply:
        found = [
            {"id": f"{BASE}/r/{user}", "userId": user, "resultScore": grade["given"], "resultMaximum": 100}
            for (item, user), grade in sorted(self.grades.items())
            if item == name and query.get("user_id") in (None, user)
        ]
        return self._paged(f"{BASE}/ags/items/{name}/lineitem/results?type_id=1&p={query.get('p', '0')}", found)

    def _members(self, url: str, accept: str, query: dict[str, str]) -> Reply:
        if accept != MEMBERS:
            return Reply(400, b"", {})
        if "since" in query:
            return _json({"members": self.changes or []}, link=self._differences())
        if "rlid" in query and query["rlid"] != "link-1":
            return Reply(404, b"", {})
        answer = self._paged(url, self.members)
        link = answer.headers.get("link", "")
        if self.changes is not None:
            link = f"{link}, {self._differences()}" if link else self._differences()
        return _json({"members": json.loads(answer.body)}, link=link)

    def _differences(self) -> str:
        return f'<{BASE}/nrps/2?since={len(self.calls)}>; rel="differences"'

    def _paged(self, url: str, found: list[Any]) -> Reply:
        """One page of `found`; the next one's address has letters in both cases."""
        start = int(parse_qs(urlsplit(url).query).get("p", ["0"])[0])
        end = start + self.page
        if end >= len(found):
            return _json(found[start:])
        first = url.split("&p=")[0]
        following = f"{first}{'&' if '?' in first else '?'}Case=aB&p={end}"
        if self.moodle:
            return _json(found[start:end], link=f"<{following.replace('&', '&amp;')}>; rel=“next”")
        return _json(found[start:end], link=f'<{following}>; rel="next"')


def _json(value: Any, status: int = 200, link: str = "") -> Reply:
    return Reply(status, json.dumps(value).encode(), {"link": link} if link else {})
