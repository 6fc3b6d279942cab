"""What a learner did as xAPI statements, as the player's `statements.js` writes them."""

import uuid
from datetime import UTC, datetime
from typing import Any

from bench.crowd.modules import Course, Question

VERBS, TYPES = "http://adlnet.gov/expapi/verbs/", "http://adlnet.gov/expapi/activities/"
PAGE_TYPE = "http://activitystrea.ms/schema/1.0/page"
CREDIT = ("jp", "bentuk", "competency", "job-standard")


class Writer:
    """Writes the statements of one visit; `config` are the settings of the player in the launch page of `course`."""

    def __init__(self, config: dict[str, Any], course: Course) -> None:
        self._config = config
        self._course = course

    def module(self, verb: str, result: dict[str, Any] | None = None, *, credit: bool = False) -> dict[str, Any]:
        """Something about the whole module; with `credit` it earns the module's JP."""
        definition = {"type": f"{TYPES}module", "name": {self._course.language: self._course.title}}
        return self._statement(verb, "", definition, result, credit=credit)

    def experienced(self, index: int) -> dict[str, Any]:
        """A page was on the screen."""
        place, title = self._course.title_of(index)
        definition = {"type": PAGE_TYPE, "name": {self._course.language: title}}
        return self._statement("experienced", f"#{place}", definition)

    def answered(self, question: Question, *, correct: bool) -> dict[str, Any]:
        """A question was answered."""
        score = {"scaled": int(correct), "raw": int(correct), "min": 0, "max": 1}
        result = {"response": str(correct).lower(), "duration": "PT8S", "success": correct, "score": score}
        definition = {
            "type": f"{TYPES}cmi.interaction",
            "name": {self._course.language: question.id},
            "description": {self._course.language: question.prompt},
            "interactionType": "true-false",
            "correctResponsesPattern": ["true"],
        }
        return self._statement("answered", f"#{question.id}", definition, result)

    def _statement(
        self,
        verb: str,
        place: str,
        definition: dict[str, Any],
        result: dict[str, Any] | None = None,
        *,
        credit: bool = False,
    ) -> dict[str, Any]:
        activity = self._config["activity"]
        context: dict[str, Any] = {
            "language": self._course.language,
            "platform": "Jampel",
            "registration": self._config["registration"],
            "extensions": {
                name: value
                for name, value in self._config["extensions"].items()
                if credit or name.rpartition("/")[2] not in CREDIT
            },
        }
        if place:
            context["contextActivities"] = {"parent": [{"objectType": "Activity", "id": activity}]}
        statement = {
            "id": str(uuid.uuid4()),
            "actor": self._config["actor"],
            "verb": {"id": VERBS + verb, "display": {"en-US": verb}},
            "object": {"objectType": "Activity", "id": activity + place, "definition": definition},
            "context": context,
            "timestamp": datetime.now(UTC).isoformat(),
        }
        return statement if result is None else {**statement, "result": result}
