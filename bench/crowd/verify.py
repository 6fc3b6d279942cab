"""Compares what was acknowledged with what the databases and the LMS hold: nothing is lost, nothing is twice."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from bench.crowd.install import Installation
from bench.crowd.learner import Learner
from bench.crowd.lms import Lms
from bench.crowd.outbox import Outbox
from lti_tool.services import Services
from xapi.errors import LrsError
from xapi.lrs.states import StateAddress
from xapi.lrs.store.times import uuid_text
from xapi.vocabulary import COMPLETED, FAILED, PASSED

MOST_TOLD = 20
#: The fates of a credit that stands for its activity, whatever a cap left of its JP; a later one for it has another.
ONCE = ("counted", "month cap", "day cap", "year cap")


class Result(NamedTuple):
    """What a stored statement says about the end of a module."""

    registration: str
    actor: str
    activity: str
    share: float
    passed: bool
    at: datetime


@dataclass
class Findings:
    """How much was compared, by name, everything that was wrong, and the seconds from each best result to its grade."""

    compared: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    grade_seconds: list[float] = field(default_factory=list)

    def all_in(self, name: str, missing: set[str], what: str) -> None:
        """Notes each of `missing` as wrong."""
        self.wrong += [f"{name} {one}: {what}" for one in sorted(missing)[:MOST_TOLD]]
        if len(missing) > MOST_TOLD:
            self.wrong.append(f"{name}: {len(missing) - MOST_TOLD} more: {what}")


def verify(services: Services, place: Installation, learners: Sequence[Learner], lms: Lms) -> Findings:
    """Everything that `learners` were told, against the stores of `services` and the gradebook of `lms`."""
    found = Findings()
    boxes = [(learner, module, box) for learner in learners for module, box in learner.outboxes.items()]
    results = _statements(services, place, [box for _, _, box in boxes], found)
    for learner, module, box in boxes:
        of_it = [one for one in results if one.registration == box.registration]
        _state(services, box, found)
        _grade(lms, (learner.subject, f"tautan-{module}"), of_it, found)
    _credits(services, place, results, found)
    found.wrong += [f"{learner.subject}: {problem}" for learner in learners for problem in learner.problems]
    found.wrong += [f"the LMS: {problem}" for problem in lms.problems]
    return found


def _statements(services: Services, place: Installation, boxes: Sequence[Outbox], found: Findings) -> list[Result]:
    """Compares statements; returns what the stored ones say about ends of modules."""
    stored: Counter[str] = Counter()
    results = []
    for row in _after(services, place.seq):
        stored[uuid_text(row.key)] += 1
        results += _result(msgspec.json.decode(row.body))
    acked = set().union(*(box.acked for box in boxes))
    sent = set().union(*(box.sent for box in boxes))
    found.compared["statements acknowledged"] = len(acked)
    found.compared["statements stored"] = stored.total()
    found.all_in("statement", acked - stored.keys(), "acknowledged and lost")
    found.all_in("statement", stored.keys() - sent, "stored, and nobody sent it")
    found.all_in("statement", {one for one, times in stored.items() if times > 1}, "stored twice")
    found.all_in("statement", sent - acked, "never acknowledged, though the learner waited for it")
    return results


def _after(services: Services, seq: int) -> Iterator[Any]:
    """The statements that came by launches since `seq`."""
    while rows := services.statements.after(services.institution.id, seq, 2000):
        seq = rows[-1].seq
        yield from (row for row in rows if row.source == "launch")


def _result(statement: dict[str, Any]) -> list[Result]:
    verb, result = statement["verb"]["id"], statement.get("result", {})
    if verb not in (PASSED, FAILED, COMPLETED) or "score" not in result:
        return []
    registration, actor = statement["context"]["registration"], statement["actor"]["account"]["name"]
    share, at = result["score"]["scaled"], datetime.fromisoformat(statement["timestamp"])
    return [Result(registration, actor, statement["object"]["id"], share, verb == PASSED, at)]


def _state(services: Services, box: Outbox, found: Findings) -> None:
    address = StateAddress(box.activity, box.actor, box.registration, "jampel")
    try:
        text = msgspec.json.decode(services.lrs.states.get(services.principal("launch"), address).content)["state"]
    except LrsError:
        text = "0"
    number = int(text.partition(".")[0])
    found.compared["states"] += 1
    if not box.state_acked <= number <= box.state_sent:
        found.wrong.append(f"state of {box.registration}: {number}, acknowledged {box.state_acked}")


def _grade(lms: Lms, place: tuple[str, str], results: Sequence[Result], found: Findings) -> None:
    """The gradebook holds the best score of each; the grade with the latest time is the one that counts."""
    arrived = lms.grades.get(place, [])
    found.compared["grades that came again"] += len(arrived) - len({grade.share for grade in arrived})
    if not results:
        if arrived:
            found.wrong.append(f"grade of {place}: came, though nothing was finished")
        return
    found.compared["grades"] += 1
    best = max(results, key=lambda result: result.share)
    if not arrived:
        found.wrong.append(f"grade of {place}: never came")
        return
    counts = max(arrived, key=lambda grade: grade.timestamp)
    if abs(counts.share - best.share) > 0.0001:
        found.wrong.append(f"grade of {place}: is not the best score")
    first = next((grade for grade in arrived if grade.share == counts.share), counts)
    found.grade_seconds.append((first.came - best.at).total_seconds())


def _credits(services: Services, place: Installation, results: Sequence[Result], found: Findings) -> None:
    """Who passed has the JP of the module, once."""
    passed = {(result.actor, result.activity) for result in results if result.passed}
    counted: Counter[tuple[str, str]] = Counter()
    for person in {actor for actor, _ in passed}:
        for row in services.ledger.credits_of(person, place.year):
            if row["standing"] and row["fate"] in ONCE:
                counted[person, str(row["activity"])] += 1
    found.compared["credits"] = len(passed)
    found.all_in("credit", {" ".join(one) for one in passed if counted[one] == 0}, "not counted")
    found.all_in("credit", {" ".join(one) for one in passed if counted[one] > 1}, "counted twice")
