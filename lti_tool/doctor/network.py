"""Is the platform there: its name, its certificate, its clock."""

from datetime import timedelta
from urllib.parse import urlsplit

from lti_tool.doctor.model import BAD, UNTRIED, Finding, Patient, Way, failed
from lti_tool.errors import ToolError

#: A certificate with fewer days left is a finding: time enough to renew it.
FEWEST_DAYS = 14
#: Seconds that clocks may differ before launches are refused (ours), or soon will be.
MOST_SKEW = 30


def hosts_of(patient: Patient) -> dict[str, str]:
    """One address for each `host:port` that is called: of the logins, tokens and keys."""
    platform = patient.platform
    found: dict[str, str] = {}
    for url in (platform.auth_url, platform.token_url, platform.jwks_url):
        parts = urlsplit(url)
        found.setdefault(f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}", url)
    return found


def check_dns(patient: Patient, way: Way) -> Finding:
    """Every host has addresses, and those may be called."""
    found = []
    for place in hosts_of(patient):
        host, _, port = place.rpartition(":")
        try:
            found += way.resolve(host, int(port))
        except ToolError as error:
            return failed(error)
    hosts = ", ".join(sorted({place.rpartition(":")[0] for place in hosts_of(patient)}))
    return Finding("doctor.dns.good", params={"hosts": hosts, "addresses": ", ".join(sorted(set(found)))})


def check_tls(patient: Patient, way: Way) -> Finding:
    """Every certificate is trusted, complete, of the right name, and not about to end."""
    shown = [url for url in hosts_of(patient).values() if url.startswith("https://")]
    if not shown:
        return Finding("doctor.tls.none", UNTRIED)
    try:
        certificates = [way.certificate(url) for url in shown]
    except ToolError as error:
        return failed(error)
    first = min(certificates, key=lambda one: one.until)
    days = (first.until - patient.now) // timedelta(days=1)
    params = {"days": days, "issuer": first.issuer, "day": first.until.astimezone(patient.zone).date()}
    if days < FEWEST_DAYS:
        return Finding("doctor.tls.ending", BAD, params)
    return Finding("doctor.tls.good", params=params)


def check_clock(patient: Patient, way: Way) -> Finding:
    """Both clocks tell the same time (OpenID Connect Core 3.1.3.7, points 9 and 10)."""
    if patient.skew is None:
        return Finding("doctor.clock.unknown", UNTRIED)
    ahead = round(patient.skew.total_seconds())
    if ahead > MOST_SKEW:
        return Finding("doctor.clock.ahead", BAD, {"seconds": ahead})
    late = max(patient.profile.token_backdate_seconds, 1)
    if -ahead > late + 1:  # the header has whole seconds
        return Finding("doctor.clock.behind", BAD, {"seconds": -ahead})
    return Finding("doctor.clock.good", params={"seconds": abs(ahead)})
