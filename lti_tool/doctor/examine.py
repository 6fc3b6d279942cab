"""Runs the checks in their order, and says how the whole went."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from lti_tool.doctor.metadata import check_configuration, check_jwks
from lti_tool.doctor.model import BAD, UNREACHABLE, UNTRIED, Finding, Patient, Way
from lti_tool.doctor.network import check_clock, check_dns, check_tls
from lti_tool.doctor.reached import check_fetched, check_reachable, check_redirect
from lti_tool.doctor.services import SCOPES, check_authorization, check_roster, check_score, token_check
from xapi.words import translate

Check = Callable[[Patient, Way], Finding]
#: The way to the platform first: when it fails, or no answer comes later, what needs the platform is not tried.
WAY: dict[str, Check] = {"dns": check_dns, "tls": check_tls}
REST: dict[str, Check] = {
    "configuration": check_configuration,
    "jwks": check_jwks,
    "clock": check_clock,
    **{f"token:{name}": token_check(name) for name in SCOPES},
    "reach": check_reachable,
    "fetched": check_fetched,
    "redirect": check_redirect,
    "authorization": check_authorization,
    "roster": check_roster,
    "score": check_score,
}
STILL_WORKS = frozenset({"doctor.tls.ending"})
WITHOUT_PLATFORM = frozenset({"reach"})
DONE, FINDINGS, NOT_REACHED = 0, 1, 3


def title(name: str, language: str) -> str:
    """What the check `name` is called."""
    kind, _, scope = name.partition(":")
    titles = {
        "dns": translate("lti_tool", language, "Nama di DNS"),
        "tls": translate("lti_tool", language, "Sertifikat TLS"),
        "configuration": translate("lti_tool", language, "Konfigurasi OpenID"),
        "jwks": translate("lti_tool", language, "Kunci publik LMS (JWKS)"),
        "clock": translate("lti_tool", language, "Jam"),
        "reach": translate("lti_tool", language, "Alamat Jampel bagi LMS"),
        "fetched": translate("lti_tool", language, "LMS mengambil kunci Jampel"),
        "redirect": translate("lti_tool", language, "Redirect URI"),
        "token": translate("lti_tool", language, "Token akses"),
        "authorization": translate("lti_tool", language, "Kepala Authorization"),
        "roster": translate("lti_tool", language, "Daftar peserta (coba baca)"),
        "score": translate("lti_tool", language, "Nilai (coba kirim)"),
    }
    return f"{titles[kind]}: {scope}" if scope else titles[kind]


class Report(msgspec.Struct, frozen=True):
    """What was found, by check, in the order of the checks."""

    findings: dict[str, Finding]

    @property
    def exit_code(self) -> int:
        """0 all good, 1 findings, 3 the platform cannot be reached."""
        bad = {one.code for one in self.findings.values() if one.state == BAD}
        if bad & UNREACHABLE:
            return NOT_REACHED
        return FINDINGS if bad else DONE

    def rows(self, language: str) -> list[dict[str, Any]]:
        """Each finding as plain values, in `language`."""
        return [_row(name, finding, language) for name, finding in self.findings.items()]


def _row(name: str, finding: Finding, language: str) -> dict[str, Any]:
    cause, remedy = finding.sentences(language)
    return {
        "check": name,
        "title": title(name, language),
        "state": finding.state,
        "code": finding.code,
        "cause": cause,
        "remedy": remedy,
    }


def examine(patient: Patient, way: Way, progress: Callable[[str], None] = lambda _name: None) -> Report:
    """Examines `patient` over `way`; `progress` hears the name of each check before it begins."""
    return Report(dict(_findings(patient, way, progress)))


def _findings(patient: Patient, way: Way, progress: Callable[[str], None]) -> Iterator[tuple[str, Finding]]:
    blocked = False
    for name, check in (*WAY.items(), *REST.items()):
        if blocked and name not in WITHOUT_PLATFORM:
            yield name, Finding("doctor.not_tried", UNTRIED)
            continue
        progress(name)
        finding = check(patient, way)
        blocked = blocked or (finding.state == BAD and (name in WAY or finding.code in UNREACHABLE))
        blocked = blocked and finding.code not in STILL_WORKS
        yield name, finding
