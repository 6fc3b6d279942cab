"""The statements of one cmi5 session, in the order and with the parts that cmi5 demands (sections 9 and 7.1).

Rules kept here: 9.3 (verbs and their order), 9.5 (result), 9.6 (context), 10.2.2 (Browse and Review).
The specification: https://github.com/AICC/CMI-5_Spec_Current/blob/quartz/cmi5_spec.md
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from xapi.builders.parts import Json, activity, broken, duration, statement
from xapi.vocabulary import adl, cmi5

Part = Mapping[str, Any]
Mode = Literal["Normal", "Browse", "Review"]
MoveOn = Literal["Passed", "Completed", "CompletedAndPassed", "CompletedOrPassed", "NotApplicable"]
JUDGED = frozenset({adl.COMPLETED, adl.PASSED, adl.FAILED, adl.WAIVED})
ENDS = frozenset({adl.TERMINATED, adl.ABANDONED})
FROM_LMS = frozenset({adl.LAUNCHED, adl.WAIVED, adl.SATISFIED, adl.ABANDONED})


class Session:
    """One session of `actor` in the assignable unit `unit` (an Activity; its id is the one of the launch).

    `publisher_id` is the AU's id in the course structure, `registration` the UUID of the enrolment, `session_id` that
    of this launch, `mastery_score` the threshold from 0 to 1, if there is one. A session says each thing once.
    """

    def __init__(
        self, actor: Part, unit: Part, *, registration: str, session_id: str, publisher_id: str,
        mode: Mode = "Normal", mastery_score: float | None = None,
    ) -> None:  # fmt: skip
        if "account" not in actor:
            broken("the actor of cmi5 has an account", "$.actor.account", "cmi5 9.2")
        if not session_id:
            broken("a session has an id", "$.context.extensions", "cmi5 9.6.3.1")
        if mastery_score is not None and not 0 <= mastery_score <= 1:
            broken("a mastery score is from 0 to 1", "$.context.extensions", "cmi5 9.6.3.2")
        self._actor, self._unit, self._mode, self._mastery = actor, unit, mode, mastery_score
        self._registration, self._session_id, self._publisher_id = registration, session_id, publisher_id
        self._said: set[str] = set()

    def launched(self, url: str, move_on: MoveOn, *, parameters: str = "", at: datetime | None = None) -> Json:
        """The LMS opened the AU at `url` (without its launch parameters), 9.3.1."""
        extensions: Json = {
            cmi5.LAUNCH_MODE: self._mode,
            cmi5.LAUNCH_URL: url,
            cmi5.MOVE_ON: move_on,
            cmi5.LAUNCH_PARAMETERS: parameters,
        }
        if self._mastery is not None:
            extensions[cmi5.MASTERY_SCORE] = self._mastery
        return self._say(adl.LAUNCHED, extensions=extensions, at=at)

    def initialized(self, *, at: datetime | None = None) -> Json:
        """The AU is ready for the learner, 9.3.2: its first statement."""
        return self._say(adl.INITIALIZED, at=at)

    def completed(self, spent: timedelta | float, *, at: datetime | None = None) -> Json:
        """The learner has seen what there is to see, 9.3.3; `spent` as a timedelta or in seconds."""
        return self._say(adl.COMPLETED, {"completion": True, "duration": duration(spent)}, at=at)

    def passed(self, spent: timedelta | float, *, score: Part | None = None, at: datetime | None = None) -> Json:
        """The learner attempted and succeeded, 9.3.4; a scaled score must reach the mastery score."""
        return self._judged(adl.PASSED, spent, score, at)

    def failed(self, spent: timedelta | float, *, score: Part | None = None, at: datetime | None = None) -> Json:
        """The learner attempted and failed, 9.3.5; a scaled score must be below the mastery score."""
        return self._judged(adl.FAILED, spent, score, at)

    def abandoned(self, spent: timedelta | float, *, at: datetime | None = None) -> Json:
        """The session ended without a word of the AU, as the LMS found, 9.3.6."""
        return self._say(adl.ABANDONED, {"duration": duration(spent)}, at=at)

    def waived(self, reason: str, *, at: datetime | None = None) -> Json:
        """The LMS counts the AU as done by other means, 9.3.7: `reason` is "Tested Out", "Administrative" …"""
        if not reason:
            broken("a waived AU has a reason", "$.result.extensions", "cmi5 9.5.5.2")
        result = {"success": True, "completion": True, "extensions": {cmi5.REASON: reason}}
        return self._say(adl.WAIVED, result, at=at)

    def terminated(self, spent: timedelta | float, *, at: datetime | None = None) -> Json:
        """The AU ends, 9.3.8: its last statement."""
        return self._say(adl.TERMINATED, {"duration": duration(spent)}, at=at)

    def satisfied(self, iri: str, kind: Literal["course", "block"], *, at: datetime | None = None) -> Json:
        """The LMS found that a course or block is satisfied, 9.3.9."""
        thing = activity(iri, kind=cmi5.TYPE_COURSE if kind == "course" else cmi5.TYPE_BLOCK)
        return statement(self._actor, adl.SATISFIED, thing, context=self._context(adl.SATISFIED, {}), at=at)

    def _judged(self, verb: str, spent: timedelta | float, score: Part | None, at: datetime | None) -> Json:
        result: Json = {"success": verb == adl.PASSED, "duration": duration(spent)}
        extensions: Json = {}
        if self._mastery is not None:
            extensions[cmi5.MASTERY_SCORE] = self._mastery
        if score is not None:
            result["score"] = dict(score)
            self._check_score(verb, score)
        return self._say(verb, result, extensions=extensions, at=at)

    def _check_score(self, verb: str, score: Part) -> None:
        if "raw" in score and not {"min", "max"} <= set(score):
            broken("a raw score has its least and most", "$.result.score", "cmi5 9.5.1")
        if self._mastery is None:
            return
        scaled = score.get("scaled")
        if scaled is None:
            broken("with a mastery score, a score is scaled", "$.result.score.scaled", "cmi5 9.5.1")
        elif (scaled >= self._mastery) != (verb == adl.PASSED):
            broken("the score and the verdict contradict each other", "$.result.score.scaled", "cmi5 9.3.4, 9.3.5")

    def _say(
        self, verb: str, result: Json | None = None, *, extensions: Json | None = None, at: datetime | None = None
    ) -> Json:
        self._check_order(verb)
        context = self._context(verb, extensions or {})
        made = statement(self._actor, verb, self._unit, result=result, context=context, at=at)
        self._said.add(verb)
        return made

    def _check_order(self, verb: str) -> None:
        """The rules of 9.3 on order, for one session."""
        said = self._said
        if verb in said:
            broken("a session says each thing once", "$.verb.id", "cmi5 9.3")
        if said & ENDS:
            broken("nothing follows the end of a session", "$.verb.id", "cmi5 9.3.8")
        if verb not in FROM_LMS and verb != adl.INITIALIZED and adl.INITIALIZED not in said:
            broken("a session begins with initialized", "$.verb.id", "cmi5 9.3.2")
        if verb in (adl.PASSED, adl.FAILED) and said & {adl.PASSED, adl.FAILED}:
            broken("a session is passed or failed, and once", "$.verb.id", "cmi5 9.3")
        if verb in JUDGED and self._mode != "Normal":
            broken(f"nothing is judged in the mode {self._mode}", "$.verb.id", "cmi5 10.2.2")

    def _context(self, verb: str, extensions: Json) -> Json:
        category = [activity(cmi5.CATEGORY)]
        if verb in JUDGED:
            category.append(activity(cmi5.CATEGORY_MOVE_ON))
        return {
            "registration": self._registration,
            "contextActivities": {"category": category, "grouping": [activity(self._publisher_id)]},
            "extensions": {cmi5.SESSION_ID: self._session_id, **extensions},
        }
