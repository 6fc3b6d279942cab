"""What can be sealed: how it is made from a ledger, for sealing and for proving alike, and how its file is written."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from io import BytesIO
from typing import NamedTuple, cast

from lti_tool.services import Services
from xapi.audit import anomalies, transcript
from xapi.audit.anomalies import Anomalies, find_anomalies
from xapi.audit.league import league
from xapi.audit.projector import refresh_roster
from xapi.audit.report import Report, report
from xapi.audit.report_dress import Dress
from xapi.audit.report_write import Form, Progress, write_report
from xapi.audit.rule_set import RuleSet
from xapi.audit.seal.figures import (
    FINDINGS,
    LEAGUE,
    TRANSCRIPT,
    figures_of,
    figures_of_findings,
    figures_of_transcript,
)
from xapi.audit.seal.form import About
from xapi.audit.seal.scope import chosen, scope_of
from xapi.audit.seal.verify import Subject
from xapi.audit.store.ledger import Ledger
from xapi.audit.trail import Trail, trail_of_person
from xapi.errors import AuditError


class Transcript(NamedTuple):
    """The transcript of one person; `with_validator` says whether its CSV names who reviewed."""

    trail: Trail
    rules: RuleSet
    with_validator: bool


def about_findings(year: int, kinds: tuple[str, ...], opd: str | None) -> About:
    """What a seal says of the findings of some kinds (none: all), of everybody or of the people of `opd`."""
    scope = {"kinds": " ".join(kinds)} if kinds else {}
    return About(year, FINDINGS, scope | ({} if opd is None else {"opd": opd}))


def about_transcript(year: int, person: str, *, with_validator: bool) -> About:
    """What a seal says of the transcript of the person with this pseudonym."""
    return About(year, TRANSCRIPT, {"person": person, "validators": "yes" if with_validator else "no"})


def about_league(services: Services, year: int) -> About:
    """What a seal says of the league of all institutions here."""
    return About(year, LEAGUE, {one.id: one.name for one in services.house.institutions.list()})


def made_from(services: Services, ledger: Ledger, about: About) -> Subject:
    """What a seal is about, made from `ledger`. Raises AuditError as reports do, and when `about` cannot be read."""
    return MAKERS.get(about.by, _report)(services, ledger, about)


def _report(services: Services, ledger: Ledger, about: About) -> Subject:
    found = report(ledger, services.people, about.year, about.by, scope=scope_of(about.scope))
    return Subject(found, figures_of(found))


def _league(services: Services, ledger: Ledger, about: About) -> Subject:
    """The rosters are compared first, as for any report; an institution that nobody has counted has none."""
    for one in about.scope:
        with suppress(AuditError):
            refresh_roster(ledger.of(one), services.people.of(one), about.year)
    found = league([(name, ledger.of(one)) for one, name in about.scope.items()], about.year, ledger.rules())
    return Subject(found, figures_of(found, about.scope))


def _findings(services: Services, ledger: Ledger, about: About) -> Subject:
    kinds, opd = about.scope.get("kinds", "").split(), about.scope.get("opd")
    refresh_roster(ledger, services.people, about.year)
    found = find_anomalies(ledger, services.people, about.year, kinds=kinds, opd=opd)
    return Subject(found, figures_of_findings(found, ledger.rules(), opd))


def _transcript(services: Services, ledger: Ledger, about: About) -> Subject:
    found = trail_of_person(ledger, services.people, chosen(about.scope, "person"), about.year)
    made = Transcript(found, ledger.rules(), chosen(about.scope, "validators") == "yes")
    return Subject(made, figures_of_transcript(*made[:2], with_validator=made.with_validator))


MAKERS: Mapping[str, Callable[[Services, Ledger, About], Subject]] = {
    LEAGUE: _league,
    FINDINGS: _findings,
    TRANSCRIPT: _transcript,
}


def written(
    value: object, form: str, language: str, dress: Dress, progress: Progress = lambda done: None
) -> bytes:  # fmt: skip
    """The bytes of the file of a report, of findings or of a transcript."""
    body = BytesIO()
    match value:
        case Report():
            write_report(value, cast(Form, form), body, dress, language=language, progress=progress)
        case Anomalies():
            text = anomalies.json_text if form == "json" else anomalies.csv_text
            body.write(text(value, language).encode())
        case Transcript(trail, rules, _) if form == "pdf":
            transcript.write_transcript(trail, rules, body, dress, language)
        case Transcript(trail) if form == "json":
            body.write(trail.json().encode())
        case Transcript(trail, rules, named):
            body.write(transcript.transcript_csv(trail, rules, language, with_validator=named).encode())
    return body.getvalue()
