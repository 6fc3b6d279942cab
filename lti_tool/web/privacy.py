"""The page of a data-privacy launch: what is kept about a person, for how long, and where to ask for its deletion."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
from flask import Response, make_response, render_template

from lti_tool.claims import Launch
from lti_tool.store.kept import Enrolment
from lti_tool.web.headers import allow_framing

if TYPE_CHECKING:
    from lti_tool.services import Services


class Opened(msgspec.Struct, frozen=True):
    """One link that the person opened, as the page shows it; `score` is in percent."""

    title: str
    first: datetime
    last: datetime
    score: float | None


def open_privacy(services: "Services", launch: Launch) -> Response:
    """What is kept about the person who came, or about the person an administrator asks for.

    It changes nothing: nobody becomes known by asking what is known about them. Numbers and names stand on the page
    only as "kept" or "not kept", because it may be open on a screen that others see.
    """
    subject = launch.for_user or launch.subject
    person = services.people.by_account(launch.platform.issuer, subject) if subject else None
    page = render_template(
        "privacy.html",
        launch=launch,
        about_other=bool(launch.for_user) and launch.for_user != launch.subject,
        anonymous=not subject,
        known=person is not None,
        employee=person is not None and services.people.employee(person) is not None,
        opened=[_opened(one) for one in _enrolments(services, launch, subject)],
        credits=_credits(services, person) if person else 0,
        contact=services.settings.institution.privacy_contact,
        embedded=True,
    )
    return allow_framing(make_response(page), *launch.platform.origins)


def _enrolments(services: "Services", launch: Launch, subject: str) -> list[Enrolment]:
    return services.lti.kept.enrolments(launch.platform.id, subject) if subject else []


def _opened(one: Enrolment) -> Opened:
    first, last = (datetime.fromtimestamp(second, UTC) for second in (one.first_launch, one.last_launch))
    return Opened(one.title or one.module or "–", first, last, None if one.best is None else one.best / 100)


def _credits(services: "Services", person: str) -> int:
    """How many activities are in the JP ledger for this person, all years together."""
    return sum(len(services.ledger.credits_of(person, year)) for year in services.ledger.years())
