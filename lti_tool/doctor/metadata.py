"""What the platform publishes: its OpenID configuration and its keys."""

import json
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa

from lti_tool.doctor.model import BAD, UNTRIED, Finding, Patient, Way, failed
from lti_tool.errors import ToolError
from lti_tool.platform_keys import read_jwks

JSON = "application/json"
LONGEST_SHOWN = 200
_FIELDS = {
    "issuer": "issuer",
    "authorization_endpoint": "auth_url",
    "token_endpoint": "token_url",
    "jwks_uri": "jwks_url",
}


def check_configuration(patient: Patient, way: Way) -> Finding:
    """The published addresses are the registered ones (OpenID Connect Discovery 1.0 section 4)."""
    url = patient.platform.issuer.rstrip("/") + patient.profile.configuration_path
    if not urlsplit(url).hostname or not patient.platform.owns(url):
        return Finding("doctor.configuration.none", UNTRIED, {"status": "-"})
    try:
        reply = way.get(url, accept=JSON)
    except ToolError as error:
        return failed(error)
    patient.learn_clock(reply.headers)
    if reply.status != 200:
        return Finding("doctor.configuration.none", UNTRIED, {"status": reply.status})
    try:
        document = json.loads(reply.body)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        return Finding("doctor.configuration.broken", BAD)
    return _compared(document, patient)


def _compared(document: dict[str, Any], patient: Patient) -> Finding:
    for name, ours in _FIELDS.items():
        published, registered = document.get(name), getattr(patient.platform, ours)
        if published != registered:
            shown = {"published": str(published)[:LONGEST_SHOWN], "registered": registered}
            return Finding("doctor.configuration.differs", BAD, {"field": name, **shown})
    return Finding("doctor.configuration.good")


def check_jwks(patient: Patient, way: Way) -> Finding:
    """The key set can be fetched and has a key that is fit for signatures (RFC 7517)."""
    platform = patient.platform
    try:
        reply = way.get(platform.jwks_url, accept=JSON)
        patient.learn_clock(reply.headers)
        if reply.status != 200:
            return Finding("doctor.jwks.status", BAD, {"status": reply.status})
        text = reply.body.decode("utf-8", "replace")
        keys = read_jwks(text, platform.algorithms)
    except ToolError as error:
        return Finding("doctor.jwks.shape", BAD) if error.code.startswith(("launch.", "platform.")) else failed(error)
    usable = {kid[:LONGEST_SHOWN]: key for kid, key in keys.items() if key is not None}
    if not usable:
        return Finding("doctor.jwks.unfit", BAD, {"kids": _shown(keys)})
    sizes = sorted({_bits(key.public) for key in usable.values()})
    words = {"count": len(usable), "kids": _shown(usable), "bits": ", ".join(map(str, sizes))}
    return Finding("doctor.jwks.good", params=words)


def _bits(key: Any) -> int:
    return int(key.key_size) if isinstance(key, rsa.RSAPublicKey) else 256


def _shown(keys: dict[str, Any]) -> str:
    return ", ".join(list(keys)[:5])[:LONGEST_SHOWN]
