"""Makes pseudonyms of the people in a statement and leaves every other byte of it as it is.

The intake works on decoded statements. Here it is given the people alone, so that the digits of numbers and the writing
of everything else survive; whom it has resolved is remembered, because a file speaks of the same people many times.
"""

from collections import OrderedDict

import msgspec
from msgspec import Raw

from xapi.errors import PeopleError
from xapi.intake import Intake, refuse_nips
from xapi.lrs.compose import FIELDS, Fields, put_together

_REMEMBERED = 50_000
_CONTEXT = ("instructor", "team", "contextAgents", "contextGroups")
_PEOPLE = ("Agent", "Group")
_DIGITS = bytes.maketrans(b"123456789", b"0" * 9)
_EIGHTEEN = b"0" * 18
_DECODER = msgspec.json.Decoder()


class _Kind(msgspec.Struct, frozen=True, rename="camel"):
    object_type: str = "Activity"


_KIND = msgspec.json.Decoder(_Kind)


class Admission:
    """The door for statements with identities of elsewhere, over `intake`."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._known: OrderedDict[bytes, Fields] = OrderedDict()

    def admit(self, fields: Fields) -> Fields:
        """The properties of a valid statement with a pseudonym for each person.

        Raises PeopleError, as `Intake.admit` does, with the JSON path of a person who cannot be resolved or of
        something left that is like a NIP.
        """
        admitted = self._admitted(fields)
        require_no_nip(put_together(admitted))
        return admitted

    def _admitted(self, fields: Fields) -> Fields:
        people, context = _people(fields), {}
        if "context" in fields:
            context = FIELDS.decode(fields["context"])
            around = {name: context[name] for name in _CONTEXT if name in context}
            if around:
                people["context"] = Raw(put_together(around))
        found = dict(self._resolved(people))
        if "context" in found:
            found["context"] = Raw(put_together(context | FIELDS.decode(found["context"])))
        if _kind(fields["object"]) == "SubStatement":
            found["object"] = Raw(put_together(self._inner(fields["object"])))
        return {name: found.get(name, value) for name, value in fields.items()}

    def _inner(self, raw: Raw) -> Fields:
        try:
            return self._admitted(FIELDS.decode(raw))
        except PeopleError as error:
            place = str(error.params.get("path", "$")).removeprefix("$")
            raise PeopleError(error.code, error.detail, path=f"$.object{place}") from error

    def _resolved(self, people: Fields) -> Fields:
        key = put_together(people)
        known = self._known.get(key)
        if known is None:
            before = _DECODER.decode(key)
            admitted = self._intake.admit(before)
            known = {  # who is a pseudonym already stays as written
                name: people[name].copy() if value == before[name] else Raw(msgspec.json.encode(value))
                for name, value in admitted.items()
            }
            self._known[key] = known
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(key)
        return known


def require_no_nip(body: bytes) -> None:
    """Refuses JSON with something like a NIP anywhere in it (PeopleError `intake.nip_left` with its path).

    Mostly a look at the bytes is enough: where no 18 digits follow each other there is none, unless escapes or signs
    beyond ASCII hide it.
    """
    if body.isascii() and b"\\" not in body and _EIGHTEEN not in body.translate(_DIGITS, b" .-"):
        return
    refuse_nips(_DECODER.decode(body), "$")


def _people(fields: Fields) -> Fields:
    """The actor, and the object when it is an Agent or Group."""
    people = {"actor": fields["actor"]}
    if _kind(fields["object"]) in _PEOPLE:
        people["object"] = fields["object"]
    return people


def _kind(raw: Raw) -> str:
    return _KIND.decode(raw).object_type
