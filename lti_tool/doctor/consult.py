"""Prepares an examination: the platform by what a person typed, and what earlier launches told of it."""

from zoneinfo import ZoneInfo

from lti_tool.doctor.client import PlatformWay
from lti_tool.doctor.model import Patient
from lti_tool.errors import ToolError
from lti_tool.settings import Settings
from lti_tool.store import LtiStore, Platform
from lti_tool.wiring import LtiParts


def find_platform(store: LtiStore, wanted: str) -> Platform:
    """The platform whose id, name or issuer is exactly `wanted`. Raises ToolError when there is none, or several."""
    found = [one for one in store.platforms.list() if wanted in (one.id, one.name, one.issuer)]
    if len(found) != 1:
        raise ToolError("lti.platform_unknown", f"{len(found)} platforms", platform=wanted)
    return found[0]


def patient_of(parts: LtiParts, settings: Settings, platform: Platform, *, may_write: bool) -> Patient:
    """`platform` ready to be examined."""
    store = parts.store
    observed = store.observed.of(platform.id)
    return Patient(
        platform=platform,
        profile=parts.profiles(platform.profile),
        base_url=settings.base_url,
        now=parts.clock(),
        line_items=store.samples.line_items(platform.id),
        roster=observed.roster if observed else "",
        last_launch=store.samples.last_launch(platform.id),
        fetches=parts.jwks_fetches.since(0),
        may_write=may_write,
        zone=ZoneInfo(settings.institution.time_zone),
    )


def way_of(parts: LtiParts, settings: Settings) -> PlatformWay:
    """The way to platforms, guarded as every call is."""
    return PlatformWay(parts.keys, parts.profiles, parts.clock, private_hosts=settings.lti.private_hosts)


def note_clock(parts: LtiParts, patient: Patient) -> None:
    """Keeps what an examination learnt of the platform's clock, for the page that warns of it."""
    if patient.skew is not None:
        ahead = round(patient.skew.total_seconds())
        parts.store.observed.note(patient.platform.id, ahead, patient.now)
