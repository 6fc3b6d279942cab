"""The rules by which two entries may be one person; a rule only proposes, and people decide."""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

Rule = Literal["same_name", "same_username", "new_number"]
MOST_OF_A_NAME = 5  # employees of one name: with more of them a name says nothing
LEAST_USERNAME = LEAST_NAME = 5  # characters
_BEFORE_NAMES = frozenset({"dr", "drs", "dra", "ir", "prof", "h", "hj", "apt", "ns", "kh", "drg", "drh"})
_SEX = 14  # the place of the sex in a NIP and in an NI PPPK
_BIRTH = 8  # digits


@dataclass(frozen=True, slots=True)
class Known:
    """A person as the rules see them: `waits` until somebody says who they are, `usernames` at which platforms."""

    person: str
    name: str = field(repr=False)
    waits: bool
    nips: tuple[str, ...] = field(repr=False)
    usernames: tuple[tuple[str, str], ...] = field(repr=False)  # issuer, subject


@dataclass(frozen=True, slots=True)
class Proposal:
    """That `old` may be `target`, by a rule; `id` stands for the two in commands and addresses."""

    old: str
    target: str
    rule: Rule

    @property
    def id(self) -> str:
        return hashlib.sha256(f"{self.old} {self.target}".encode()).hexdigest()[:12]


def name_key(name: str) -> str:
    """What two writings of a name have in common: no case, signs, titles or degrees, the parts in one order."""
    plain = unicodedata.normalize("NFKD", name.partition(",")[0]).casefold()
    parts = re.findall(r"[^\W\d_]+", "".join(one for one in plain if not unicodedata.combining(one)))
    return " ".join(sorted(part for part in parts if part not in _BEFORE_NAMES))


def proposals(people: Sequence[Known]) -> list[Proposal]:
    """What the rules propose, the surer rule first; each pair once.

    A changed number (same birth date, sex and name), the same user name at another platform, the same name.
    """
    found: dict[frozenset[str], Proposal] = {}
    for rule in (_new_numbers, _same_usernames, _same_names):
        for one in rule(people):
            found.setdefault(frozenset((one.old, one.target)), one)
    return list(found.values())


def _new_numbers(people: Sequence[Known]) -> Iterator[Proposal]:
    groups: dict[tuple[str, str, str], list[Known]] = defaultdict(list)
    for one in people:
        key = name_key(one.name)
        for birth, sex in {(number[:_BIRTH], number[_SEX]) for number in one.nips}:
            if key:
                groups[key, birth, sex].append(one)
    for group in groups.values():
        if len(group) > MOST_OF_A_NAME:
            continue
        first, *others = sorted(group, key=lambda one: one.waits)
        for other in others:
            yield Proposal(other.person, first.person, "new_number")


def _same_usernames(people: Sequence[Known]) -> Iterator[Proposal]:
    owners: dict[str, list[Known]] = defaultdict(list)
    for one in people:
        for username in {subject.casefold() for _issuer, subject in one.usernames}:
            if len(username) >= LEAST_USERNAME and not username.isdigit():
                owners[username].append(one)
    for group in owners.values():
        yield from _to_employees(group, "same_username")


def _same_names(people: Sequence[Known]) -> Iterator[Proposal]:
    names: dict[str, list[Known]] = defaultdict(list)
    for one in people:
        if len(key := name_key(one.name)) >= LEAST_NAME:
            names[key].append(one)
    for group in names.values():
        yield from _to_employees(group, "same_name")


def _to_employees(group: Sequence[Known], rule: Rule) -> Iterator[Proposal]:
    employed = [one for one in group if not one.waits]
    if len(employed) <= MOST_OF_A_NAME:
        for waiting in (one for one in group if one.waits):
            for one in employed:
                yield Proposal(waiting.person, one.person, rule)
