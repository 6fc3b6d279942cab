"""What the statement browser says of a statement: verbs, actors, activities and results in words."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from flask import url_for
from flask_babel import format_decimal
from flask_babel import gettext as _

from lti_tool.browse.rows import Agent, Reading, Result, read
from lti_tool.browse.texts import shown
from lti_tool.browse.verbs import activity_name, best_text, verb_names
from lti_tool.browse.verbs import verb_name as verb_word
from lti_tool.web.context import services
from lti_tool.web.language import language
from lti_tool.web.statement_filter import address
from xapi.lrs.store import StoredStatement
from xapi.lrs.store.times import moment_of

_READABLE = 10**15


class Named(msgspec.Struct, frozen=True):
    """A text on a page with the address it leads to, if any, and a note beside it."""

    text: str
    address: str = ""
    note: str = ""


class Line(msgspec.Struct, frozen=True):
    """One statement in the table."""

    id: str
    address: str
    stored: object
    who: Named
    verb: Named
    thing: Named
    result: str
    source: str


def lines(statements: Sequence[StoredStatement]) -> list[Line]:
    """The statements as lines; names of people and activities are looked up once each."""
    found = [(one, read(one.body)) for one in statements]
    names = Names(reading for _one, reading in found)
    return [
        Line(
            id=one.id,
            address=url_for("admin_statements.one", statement=one.id),
            stored=moment_of(one.moment),
            who=names.actor(reading),
            verb=verb(reading),
            thing=names.thing(reading),
            result=result(reading.result),
            source=one.source,
        )
        for one, reading in found
    ]


class Names:
    """The names of the people and activities in some statements, as this installation knows them now."""

    def __init__(self, readings: Iterable[Reading]) -> None:
        self._home = services().people.home_page
        self._people: dict[str, str] = {}
        activities = {one.thing.id for one in readings if one.thing.object_type == "Activity"}
        self._definitions = services().statements.definitions(services().institution.id, activities)

    def actor(self, reading: Reading) -> Named:
        """Who: the name in the roster over the pseudonym, or what the statement says of another agent."""
        person = reading.person(self._home)
        if person:
            if person not in self._people:
                employee = services().people.employee(person)
                self._people[person] = employee.name if employee else ""
            return Named(shown(self._people[person] or person), address({"orang": person}), shown(person, 40))
        if (staff := self._staff(reading.actor)) is not None:
            return staff
        link = address({"agen": reading.actor_json.decode()}) if reading.actor_may_be_linked else ""
        return Named(agent(reading.actor), link)

    def _staff(self, found: Agent) -> Named | None:
        """A member of our staff, who decided something: by name, as in the log."""
        if found.account is None or found.account.home_page != services().settings.base_url:
            return None
        account = services().house.accounts.get(found.account.name)
        return None if account is None else Named(shown(account.name), "", _("petugas"))

    def thing(self, reading: Reading) -> Named:
        """What: the name of the activity, or the kind of another object."""
        thing = reading.thing
        if reading.target:
            return Named(_("pernyataan lain"), url_for("admin_statements.one", statement=thing.id), shown(thing.id, 40))
        if thing.object_type == "SubStatement":
            return Named(_("sub-pernyataan"))
        if thing.object_type != "Activity":
            return Named(_("orang atau kelompok"))
        name = activity_name(thing, self._definitions.get(thing.id), language())
        return Named(name or shown(thing.id), address({"kegiatan": thing.id}), shown(thing.id) if name else "")


def in_words(texts: Mapping[str, str]) -> str:
    """The text of a language map that fits the page's language best."""
    return best_text(texts, language())


def agent(found: Agent) -> str:
    """An agent as it is named in a statement."""
    return shown(found.label) or (_("kelompok tanpa nama") if found.object_type == "Group" else _("tanpa nama"))


def verbs() -> dict[str, str]:
    """The verbs that Jampel knows, in words."""
    return verb_names(language())


def verb(reading: Reading) -> Named:
    """A verb in words: ours, the statement's own, or the end of its IRI."""
    found = reading.verb
    return Named(verb_word(found, language()), address({"verba": found.id}), shown(found.id))


def amount(number: float) -> str:
    """A number as people write it; one beyond reason is shortened, for nobody reads three hundred digits."""
    return format_decimal(number) if abs(number) < _READABLE else f"{float(number):g}"


def result(found: Result) -> str:
    """A result in a few words."""
    words = []
    if found.completion is not None:
        words.append(_("selesai") if found.completion else _("belum selesai"))
    if found.success is not None:
        words.append(_("berhasil") if found.success else _("tidak berhasil"))
    if found.score is not None and found.score.scaled is not None:
        words.append(_("skor %(score)s%%", score=amount(round(found.score.scaled * 100, 1))))
    elif found.score is not None and found.score.raw is not None:
        whole = "" if found.score.max is None else f"/{amount(found.score.max)}"
        words.append(_("skor %(score)s", score=f"{amount(found.score.raw)}{whole}"))
    if found.response:
        words.append(f"“{shown(found.response, 60)}”")
    return " · ".join(words)
