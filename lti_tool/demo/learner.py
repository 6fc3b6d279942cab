"""A learner without a browser: goes through a module and says what the player would say, over HTTP."""

import json
import uuid
from datetime import datetime
from typing import Any

from lti_tool.demo.client import Browser, Page
from lti_tool.errors import ToolError
from xapi import vocabulary
from xapi.clock import Clock

VERSION = {"X-Experience-API-Version": "1.0.3"}


class Learner:
    """One run through a module, from the page that a launch opened."""

    def __init__(self, browser: Browser, page: Page, clock: Clock) -> None:
        self._browser = browser
        self._clock = clock
        self.config: dict[str, Any] = page.data["jampel-config"]
        self.course: dict[str, Any] = page.data["jampel-course"]
        self._base = page.url.split("/lti/")[0]

    @property
    def registration(self) -> str:
        """The xAPI registration of this learner in this resource link."""
        return self.config["registration"]

    def learn(self) -> None:
        """Every page, every answer right, and the end; raises ToolError when the LRS does not take a statement."""
        questions = self.course["questions"]
        self._say([self._statement(vocabulary.INITIALIZED)])
        pages = [self._statement(vocabulary.EXPERIENCED, part=_id(page)) for page in self.course["pages"]]
        answers = [
            self._statement(vocabulary.ANSWERED, part=name, result={"success": True, "score": {"scaled": 1}})
            for name in questions
        ]
        self._say(pages + answers)
        self._keep_state()
        score = {"scaled": 1, "raw": 100, "min": 0, "max": 100}
        done = {"completion": True, "duration": "PT30M", "score": score} | ({"success": True} if questions else {})
        ending = [self._statement(vocabulary.COMPLETED, result=done, credit=not questions)]
        if questions:
            ending.append(self._statement(vocabulary.PASSED, result=done, credit=True))
        self._say([*ending, self._statement(vocabulary.TERMINATED, result={"duration": "PT30M"})])

    def _statement(
        self, verb: str, *, part: str = "", result: dict[str, Any] | None = None, credit: bool = False
    ) -> dict[str, Any]:
        activity = self.config["activity"]
        thing: dict[str, Any] = {
            "id": activity,
            "definition": {"name": {self.course["language"]: self.course["title"]}},
        }
        context: dict[str, Any] = {"registration": self.registration}
        if part:
            context["contextActivities"] = {"parent": [{"id": activity}]}
            thing = {"id": f"{activity}#{part}"}
        if credit:
            context["extensions"] = self.config["extensions"]
        elif vocabulary.EXT_MODULE_VERSION in self.config["extensions"]:
            context["extensions"] = {
                vocabulary.EXT_MODULE_VERSION: self.config["extensions"][vocabulary.EXT_MODULE_VERSION]
            }
        moment: datetime = self._clock()
        return {
            "id": str(uuid.uuid4()),
            "actor": self.config["actor"],
            "verb": {"id": verb},
            "object": thing,
            "context": context,
            "timestamp": moment.isoformat(timespec="milliseconds"),
        } | ({"result": result} if result else {})

    def _say(self, statements: list[dict[str, Any]]) -> None:
        answer = self._browser.send_json("POST", self._xapi("statements"), statements, self._headers())
        if not answer.ok:
            raise ToolError("demo.step_failed", answer.text[:300], reason=str(answer.status_code))

    def _keep_state(self) -> None:
        params = {
            "activityId": self.config["activity"],
            "agent": json.dumps(self.config["actor"]),
            "registration": self.registration,
            "stateId": "jampel",
        }
        answer = self._browser.send_json("PUT", self._xapi("activities/state"), {}, self._headers(), params)
        if not answer.ok:
            raise ToolError("demo.step_failed", answer.text[:300], reason=str(answer.status_code))

    def _xapi(self, resource: str) -> str:
        endpoint = self.config["endpoint"]
        return (endpoint if endpoint.startswith("http") else self._base + endpoint) + resource

    def _headers(self) -> dict[str, str]:
        return VERSION | {"Authorization": f"Bearer {self.config['token']}"}


def _id(page: dict[str, Any] | list[Any]) -> str:
    """A page of an outline is its id, its title and so on, without the text."""
    return str(page["id"] if isinstance(page, dict) else page[0])
