"""The map of competencies: what a position needs, and what a person has shown of it, each with its evidence.

Held is a competency that was tested at the level that is needed, or learnt: an accepted credit names it. A test that
reached less stands against credits before it. Evidence may expire after some years (a setting).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from xapi.people.person import Employee
from xapi.people.standards import StandardLine, for_position
from xapi.sheet import plain_name

State = Literal["tested", "learnt", "low", "expired", "pending", "missing"]
STATES: tuple[State, ...] = ("tested", "learnt", "low", "expired", "pending", "missing")
HELD = frozenset({"tested", "learnt"})
APPROVED, REFUSED = "Disetujui", "Ditolak"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A test that was passed (`kind` test), or a credit, about `competency` (codes or names, parted by semicolons)."""

    kind: str
    statement_id: str
    title: str
    competency: str
    level: int | None
    score: int | None
    day: date
    review: str


@dataclass(frozen=True, slots=True)
class Policy:
    """What counts: evidence of the last `years` (0: of any time), and whether `credits` do beside tests."""

    years: int = 0
    credits: bool = True


@dataclass(frozen=True, slots=True)
class Held:
    """Where someone is with one competency: its `state`, the `proof` that decides, and the last day that it counts
    (`until`, None: for good)."""

    need: StandardLine
    state: State
    proof: Proof | None = None
    until: date | None = None

    @property
    def held(self) -> bool:
        """Whether the need is met."""
        return self.state in HELD


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMap:
    """The map of one person."""

    person: str
    nip: str
    name: str
    opd: str
    position: str
    items: Sequence[Held]
    others: Sequence[Proof] = ()
    """Approved evidence of competencies that the position does not need."""

    @property
    def met(self) -> int:
        """How many needs are met."""
        return sum(item.held for item in self.items)


@dataclass(frozen=True, slots=True)
class Sum:
    """One competency over many people: how many are in each state."""

    need: StandardLine
    by_state: Mapping[str, int]

    @property
    def people(self) -> int:
        """How many need it."""
        return sum(self.by_state.values())

    @property
    def met(self) -> int:
        """How many hold it."""
        return sum(number for state, number in self.by_state.items() if state in HELD)


def names_in(competency: str) -> frozenset[str]:
    """The competencies in a text, for comparing."""
    return frozenset(filter(None, map(plain_name, competency.split(";"))))


def map_of(
    needs: Sequence[StandardLine], proofs: Sequence[Proof], today: date, policy: Policy
) -> tuple[list[Held], list[Proof]]:
    """Where someone is with each of `needs`, and the approved proofs that are of none of them."""
    named = [(names_in(proof.competency), proof) for proof in proofs]
    items, used = [], set[str]()
    for need in needs:
        wanted = {plain_name(need.code), plain_name(need.title)}
        found = [proof for names, proof in named if names & wanted]
        used |= {proof.statement_id for proof in found}
        items.append(_held(need, found, today, policy))
    others = [one for one in proofs if one.statement_id not in used and one.review == APPROVED]
    return items, others


def _held(need: StandardLine, proofs: Sequence[Proof], today: date, policy: Policy) -> Held:
    newest = sorted(
        (one for one in proofs if one.kind == "test" or policy.credits),
        key=lambda one: (one.day, one.statement_id), reverse=True,
    )  # fmt: skip
    approved = [one for one in newest if one.review == APPROVED]
    valid = [one for one in approved if _counts(one, today, policy)]
    tests = [one for one in valid if one.kind == "test"]
    good = next((one for one in tests if _reaches(one, need)), None)
    low = next((one for one in tests if not _reaches(one, need)), None)
    learnt = next((one for one in valid if one.kind == "credit" and (low is None or one.day > low.day)), None)
    pending = next((one for one in newest if one.review not in (APPROVED, REFUSED)), None)
    chosen: tuple[tuple[State, Proof | None], ...] = (
        ("tested", good), ("learnt", learnt), ("low", low), ("expired", approved[0] if approved else None),
        ("pending", pending),
    )  # fmt: skip
    for state, proof in chosen:
        if proof is not None:
            return Held(need, state, proof, None if state == "pending" else last_day(proof.day, policy.years))
    return Held(need, "missing")


def _reaches(test: Proof, need: StandardLine) -> bool:
    """A test without a level says nothing of one."""
    return need.level is None or (test.level or 0) >= need.level


def _counts(proof: Proof, today: date, policy: Policy) -> bool:
    last = last_day(proof.day, policy.years)
    return last is None or today <= last


def last_day(day: date, years: int) -> date | None:
    """The last day on which evidence of `day` counts; None when it counts for good. 29 February ends on the 28th."""
    if years <= 0 or day.year + years > date.max.year:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def sums(maps: Iterable[PersonMap]) -> list[Sum]:
    """Each competency that anyone needs, over all of them, by code; levels that differ are told by the highest."""
    needs: dict[str, StandardLine] = {}
    counted: dict[str, dict[str, int]] = {}
    for person in maps:
        for item in person.items:
            key = plain_name(item.need.code)
            known = needs.setdefault(key, item.need)
            if (item.need.level or 0) > (known.level or 0):
                needs[key] = item.need
            states = counted.setdefault(key, dict.fromkeys(STATES, 0))
            states[item.state] += 1
    return [Sum(needs[key], counted[key]) for key in sorted(needs, key=lambda key: needs[key].code)]


def maps_of(
    workers: Iterable[Employee],
    lines: Sequence[StandardLine],
    proofs: Mapping[str, Sequence[Proof]],
    today: date,
    policy: Policy,
) -> Iterator[PersonMap]:
    """The map of each of `workers`, whose proofs stand under their ids."""
    needs: dict[str, list[StandardLine]] = {}
    for one in workers:
        if one.position not in needs:
            needs[one.position] = for_position(lines, one.position)
        items, others = map_of(needs[one.position], proofs.get(one.person, ()), today, policy)
        yield PersonMap(
            person=one.person, nip=one.nip, name=one.name, opd=one.opd, position=one.position, items=items,
            others=others,
        )  # fmt: skip
