"""The statements of one attempt at a SCO, by ADL's SCORM profile (https://w3id.org/xapi/scorm, sections 3.2 and 5).

The verbs are ADL's, and mean here what their SCORM call means: `initialized` is Initialize(), `suspended` an exit with
suspend, `responded` a learner's response to an interaction.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from xapi.builders.parts import Json, activity, broken, outcome, statement
from xapi.vocabulary import adl, scorm

Part = Mapping[str, Any]


class Attempt:
    """One attempt of `actor` at the SCO `sco` of the course with the IRI `course`.

    `attempt` is the IRI of the attempt: the SCO's with something that makes it unique, as `?attemptId=` and a UUID.
    """

    def __init__(self, actor: Part, sco: Part, *, course: str, attempt: str) -> None:
        if attempt in (course, sco.get("id")):
            broken("an attempt has an IRI of its own", "$.context.contextActivities.grouping", "SCORM profile 5.0")
        self._actor, self._sco, self._course, self._attempt = actor, sco, course, attempt

    def initialized(self, *, at: datetime | None = None) -> Json:
        """Initialize(): the attempt begins."""
        return self._say(adl.INITIALIZED, at=at)

    def resumed(self, *, at: datetime | None = None) -> Json:
        """The entry is `resume`: the attempt goes on where it was left."""
        return self._say(adl.RESUMED, at=at)

    def suspended(self, spent: timedelta | float | None = None, *, at: datetime | None = None) -> Json:
        """The exit is `suspend`; `spent` is the time of this session."""
        return self._say(adl.SUSPENDED, outcome(spent, None), at=at)

    def terminated(
        self, spent: timedelta | float | None = None, *, completion: bool | None = None, success: bool | None = None,
        score: Part | None = None, at: datetime | None = None,
    ) -> Json:  # fmt: skip
        """Terminate(): the attempt ends, with what came of it."""
        return self._say(adl.TERMINATED, outcome(spent, score, completion=completion, success=success), at=at)

    def completed(self, *, at: datetime | None = None) -> Json:
        """The completion status is `completed`."""
        return self._say(adl.COMPLETED, {"completion": True}, at=at)

    def passed(self, *, score: Part | None = None, at: datetime | None = None) -> Json:
        """The success status is `passed`."""
        return self._say(adl.PASSED, outcome(None, score, success=True), at=at)

    def failed(self, *, score: Part | None = None, at: datetime | None = None) -> Json:
        """The success status is `failed`."""
        return self._say(adl.FAILED, outcome(None, score, success=False), at=at)

    def scored(self, score: Part, *, at: datetime | None = None) -> Json:
        """There is a score, without a word on passing or completing."""
        return self._say(adl.SCORED, outcome(None, score), at=at)

    def responded(
        self, interaction: Part, response: str, *, success: bool | None = None, at: datetime | None = None
    ) -> Json:
        """The learner's response to an interaction of the SCO."""
        result = {"response": response} | outcome(None, None, success=success)
        context = self._context()
        context["contextActivities"]["parent"] = [activity(str(self._sco["id"]), kind=adl.TYPE_LESSON)]
        return statement(self._actor, adl.RESPONDED, interaction, result=result, context=context, at=at)

    def _say(self, verb: str, result: Json | None = None, *, at: datetime | None = None) -> Json:
        return statement(self._actor, verb, self._sco, result=result, context=self._context(), at=at)

    def _context(self) -> Json:
        grouping = [activity(self._course, kind=adl.TYPE_COURSE), activity(self._attempt, kind=adl.TYPE_ATTEMPT)]
        category = [activity(scorm.PROFILE, kind=adl.TYPE_PROFILE)]
        return {"contextActivities": {"grouping": grouping, "category": category}}
