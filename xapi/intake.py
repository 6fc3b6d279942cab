"""The intake: whatever identity a statement arrives with, it leaves with pseudonyms, before anything stores it."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xapi.clock import Clock, system_clock
from xapi.errors import PeopleError
from xapi.identity import Nip, contains_nip, looks_like_nip, parse_nip

if TYPE_CHECKING:  # an adapter reads files for an intake without a database of its own
    from xapi.people import PeopleStore

Json = dict[str, object]
IDENTIFIERS = ("account", "mbox", "mbox_sha1sum", "openid")  # xAPI 1.0.3 Data 2.4.2.3
SET_BY_LRS = ("stored", "authority")  # xAPI 1.0.3 Data 2.4.8, 2.4.9: ours are written at storage
PERSON_ID_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the actor of a statement is: by `nip`, or by the account `subject` at `issuer`, or both.

    `name` is what the source calls the person. At least the NIP or the account must be given.
    """

    nip: Nip | str | None = field(default=None, repr=False)
    issuer: str | None = None
    subject: str | None = None
    name: str | None = None


class Intake:
    """Resolves or makes the persons of `people` that a statement is about; `clock` says when one was first seen."""

    def __init__(self, people: "PeopleStore", clock: Clock = system_clock) -> None:
        self._people = people
        self._clock = clock

    def person(self, identity: Identity) -> str:
        """The id of the person behind `identity`; raises PeopleError when there is neither a NIP nor an account."""
        if identity.issuer is not None and identity.subject is not None:
            resolution = self._people.resolve(
                identity.issuer, identity.subject, identity.nip, identity.name, now=self._clock()
            )
            return resolution.person
        if identity.nip is not None:
            return self._people.ensure_nip(identity.nip, identity.name)
        raise PeopleError("people.no_identity", "neither a NIP nor an account says who this is")

    def known(self, identities: Sequence[Identity]) -> list[str | None]:
        """The persons behind `identities`, None where there is none yet; this makes nobody."""
        numbers = {_digits(one): None for one in identities if one.nip is not None}
        by_nip = self._people.by_nips(numbers)
        return [
            by_nip.get(_digits(one)) if one.nip is not None
            else self._people.by_account(one.issuer or "", one.subject or "")
            for one in identities
        ]  # fmt: skip

    def expect(self, identities: Iterable[Identity]) -> None:
        """Makes those who are known by a NIP alone and not here yet, all in one transaction: what follows is quicker.

        An identity that cannot be used is passed over; `person` says why.
        """
        alone = (one for one in identities if one.issuer is None or one.subject is None)
        self._people.ensure_nips({one.nip: one.name for one in alone if one.nip and _is_nip(one.nip)})

    def _of_actor(self, identity: Identity) -> Json:
        """The pseudonymous Agent for who did something; raises PeopleError `people.frozen` (UU 27/2022 art. 41)."""
        person = self.person(identity)
        self.refuse_frozen(person)
        return self._people.actor(person)

    def refuse_frozen(self, person: str) -> None:
        """Raises PeopleError `people.frozen` when the processing of this person's data is suspended."""
        if self._people.is_frozen(person):
            raise PeopleError("people.frozen", "the processing of this person's data is suspended")

    def admit(self, statement: Mapping[str, object], identity: Identity | None = None) -> Json:
        """A copy of `statement` in which every person is a pseudonym.

        The actor becomes the person of `identity`, or without one the person behind its own account, mail address or
        openid. Instructor, team, members of groups, actors as objects, and all of a SubStatement are replaced too.
        Raises PeopleError `intake.nip_left` with the JSON path of anything left that looks like a NIP,
        `intake.nobody` for an actor without an identity, `people.frozen` for one whose processing is suspended: the
        statement stays with its sender.
        """
        admitted = _copy(statement)
        for name in SET_BY_LRS:
            admitted.pop(name, None)
        if identity is not None:
            admitted["actor"] = self._of_actor(identity)
        self._replace_people(admitted, "$")
        refuse_nips(admitted, "$")
        return admitted

    def _replace_people(self, statement: Json, path: str) -> None:
        """Replaces the actors of a statement or SubStatement, in place."""
        for name in ("actor", "object"):
            thing = statement.get(name)
            if name == "actor":
                statement[name] = self._pseudonym(thing, f"{path}.{name}", acts=True)
            elif isinstance(thing, dict) and thing.get("objectType") in ("Agent", "Group"):
                statement[name] = self._pseudonym(thing, f"{path}.{name}")
        inner = statement.get("object")
        if isinstance(inner, dict) and inner.get("objectType") == "SubStatement":
            self._replace_people(inner, f"{path}.object")
        context = statement.get("context")
        if isinstance(context, dict):
            self._replace_in_context(context, f"{path}.context")

    def _replace_in_context(self, context: Json, path: str) -> None:
        for name in ("instructor", "team"):
            if name in context:
                context[name] = self._pseudonym(context[name], f"{path}.{name}")
        for list_name, name in (("contextAgents", "agent"), ("contextGroups", "group")):  # xAPI 2.0 section 4.2.6
            entries = context.get(list_name)
            for index, entry in enumerate(entries if isinstance(entries, list) else []):
                if isinstance(entry, dict) and name in entry:
                    entry[name] = self._pseudonym(entry[name], f"{path}.{list_name}[{index}].{name}")

    def _pseudonym(self, actor: object, path: str, *, acts: bool = False) -> Json:
        """The pseudonymous Agent for an Agent, a Group with pseudonymous members for a Group; who `acts` must not be
        frozen."""
        if not isinstance(actor, dict):
            raise PeopleError("intake.nobody", "no actor", path=path)
        if actor.get("objectType") == "Group" or "member" in actor:
            return self._group(actor, path)
        account = actor.get("account")
        if isinstance(account, dict) and self._is_ours(account):
            person = str(account["name"])
        else:
            person = self.person(_identity_of(actor, path))
        if acts:
            self.refuse_frozen(person)
        return self._people.actor(person)

    def _group(self, group: Json, path: str) -> Json:
        """The group without its name; an identified group keeps its identifier, which is no person's."""
        kept: Json = {"objectType": "Group"} | {key: group[key] for key in IDENTIFIERS if key in group}
        members = group.get("member")
        if isinstance(members, list):
            kept["member"] = [self._pseudonym(one, f"{path}.member[{index}]") for index, one in enumerate(members)]
        return kept

    def _is_ours(self, account: Json) -> bool:
        name = account.get("name")
        return account.get("homePage") == self._people.home_page and isinstance(name, str) and _is_person_id(name)


def _digits(identity: Identity) -> str:
    """The digits of the NIP; raises PeopleError when it is none."""
    return parse_nip(identity.nip).digits


def _copy(statement: Mapping[str, object]) -> Json:
    try:
        return copy.deepcopy(dict(statement))
    except RecursionError as cause:
        raise PeopleError("intake.too_deep", "a statement nested too deeply", path="$") from cause


def refuse_nips(value: object, path: str) -> None:
    """Raises PeopleError `intake.nip_left` with the JSON path of the first text, key or number that is like a NIP."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if contains_nip(str(key)) or looks_like_nip(key):
                raise PeopleError("intake.nip_left", "a property name looks like a NIP", path=path)
            refuse_nips(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            refuse_nips(inner, f"{path}[{index}]")
    elif looks_like_nip(value) or (isinstance(value, str) and contains_nip(value)):
        raise PeopleError("intake.nip_left", "a value looks like a NIP", path=path)


def _identity_of(actor: Json, path: str) -> Identity:
    """Who an Agent of elsewhere is, from its identifier (xAPI 1.0.3 Data 2.4.2.3)."""
    name = actor.get("name")
    known = name if isinstance(name, str) and not contains_nip(name) else None
    account = actor.get("account")
    if isinstance(account, dict) and isinstance(account.get("name"), str) and isinstance(account.get("homePage"), str):
        subject = account["name"]
        if looks_like_nip(subject):
            return Identity(nip=subject, name=known)
        return Identity(issuer=account["homePage"], subject=subject, name=known)
    for kind in IDENTIFIERS[1:]:
        if isinstance(actor.get(kind), str):
            return Identity(issuer=kind, subject=str(actor[kind]), name=known)
    raise PeopleError("intake.nobody", "an actor without an identifier", path=path)


def _is_nip(nip: Nip | str) -> bool:
    return isinstance(nip, Nip) or (isinstance(nip, str) and looks_like_nip(nip))


def _is_person_id(name: str) -> bool:
    return len(name) == PERSON_ID_LENGTH and all(character in "0123456789abcdef" for character in name)
