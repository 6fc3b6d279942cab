"""Saves a launch that the debugger kept as a capture file, and tells whose signature such files bear."""

from lti_tool.debugger.capture import thumbprint, write_capture
from lti_tool.debugger.facts import masked as masked_facts
from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.jose import SignedToken, read_token
from lti_tool.keys import ToolKeys
from lti_tool.wiring import LtiParts


def save_capture(parts: LtiParts, entry: str, *, masked: bool) -> tuple[bytes, str]:
    """The capture file of the launch `entry`, and the thumbprint of the key that signed it.

    A `masked` one tells nothing of a person and cannot be judged again. Raises ToolError when the entry is gone.
    """
    facts = parts.debugger.facts(entry)
    if masked:
        token = _opened(facts.token or "")
        facts = masked_facts(facts, token.claims, token.header)
    key = parts.keys.signing()
    jwk = next((one for one in parts.keys.jwks()["keys"] if one["kid"] == key.kid), None)
    if jwk is None:
        raise ToolError("keys.none_active", "the signing key is not published")
    return write_capture(facts, key, jwk), thumbprint(jwk)


def signers(keys: ToolKeys) -> set[str]:
    """The thumbprints of the keys of this installation, those just retired included."""
    return {thumbprint(jwk) for jwk in keys.jwks()["keys"]}


def _opened(token: str) -> SignedToken:
    try:
        return read_token(token)
    except LaunchRefused:
        return SignedToken({}, {}, b"", b"")
