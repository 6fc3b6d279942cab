"""Does the platform reach us: our addresses as it knows them, and whether it ever fetched our keys.

A token that was given is the best proof: the platform has verified a signature of ours.
"""

from urllib.parse import urlencode, urlsplit

from lti_tool.doctor.metadata import LONGEST_SHOWN
from lti_tool.doctor.model import BAD, UNTRIED, Finding, Patient, Way, failed
from lti_tool.errors import ToolError
from lti_tool.http import is_public

OPEN_PORTS = (80, 443)


def check_reachable(patient: Patient, way: Way) -> Finding:
    """The platform may call our address: some refuse private addresses and odd ports until told otherwise."""
    parts = urlsplit(patient.base_url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        public = all(is_public(address) for address in way.resolve(parts.hostname or "", port))
    except (ToolError, ValueError):
        return Finding("doctor.reach.unresolved", BAD, {"url": patient.base_url})
    if public and port in OPEN_PORTS:
        return Finding("doctor.reach.good", params={"url": patient.base_url})
    names = {"url": patient.base_url, "host": parts.hostname, "port": port}
    if patient.tokens:
        return Finding("doctor.reach.allowed", params=names)
    if patient.profile.private_jwks_blocked:
        return Finding("doctor.reach.blocked", BAD, names | {"settings": patient.profile.key_fetch_settings or "-"})
    return Finding("doctor.reach.private", UNTRIED, names)


def check_fetched(patient: Patient, way: Way) -> Finding:
    """The platform has fetched our key set: without it no token is given and no deep link is taken."""
    ours = {"url": f"{patient.base_url}/lti/jwks"}
    for fetch in patient.fetches:
        if fetch.platform == patient.platform.id:
            return Finding("doctor.fetched.good", params={"program": fetch.agent, "when": patient.local(fetch.last_at)})
    if patient.tokens:
        return Finding("doctor.fetched.token")
    if patient.fetches:
        last = patient.fetches[0]
        return Finding(
            "doctor.fetched.others", UNTRIED, {"program": last.agent, "when": patient.local(last.last_at), **ours}
        )
    return Finding("doctor.fetched.never", BAD, ours)


def check_redirect(patient: Patient, way: Way) -> Finding:
    """Our redirect URI is registered there, byte for byte: a launch that came is the proof, else the platform is asked.

    A platform asked without a person's session rarely tells; it is believed when it does.
    """
    uri = f"{patient.base_url}/lti/launch"
    if patient.last_launch is not None:
        return Finding("doctor.redirect.good", params={"uri": uri, "when": patient.local(patient.last_launch)})
    try:
        reply = way.get(_asking(patient, uri), accept="text/html")
    except ToolError as error:
        return failed(error)
    said = reply.body[:4096].lower() + reply.headers.get("location", "").lower().encode()
    if reply.status >= 400 and (b"redirect_uri" in said or b"redirect uri" in said):
        return Finding("doctor.redirect.refused", BAD, {"uri": uri, "status": reply.status})
    return Finding("doctor.redirect.unproven", UNTRIED, {"uri": uri[:LONGEST_SHOWN]})


def _asking(patient: Patient, uri: str) -> str:
    """An authorisation request that nobody is logged in for; its state is of no flow."""
    query = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": patient.platform.client_id,
        "redirect_uri": uri,
        "login_hint": "jampel-doctor",
        "state": "jampel-doctor",
        "nonce": "jampel-doctor",
    }
    url = patient.platform.auth_url
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(query)}"
