"""Fetches the tool's public keys for the sandbox LMS."""

import requests

from lti_tool.errors import ToolError

SECONDS = 5


def fetch_jwks(url: str) -> dict[str, object]:
    """The tool's JWK set at `url`; raises ToolError when it cannot be read."""
    try:
        answer = requests.get(url, timeout=SECONDS, allow_redirects=False, headers={"User-Agent": "Jampel sandbox LMS"})
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError) as cause:
        raise ToolError("sandbox.tool_token_refused", type(cause).__name__, reason="jwks") from cause
    if not isinstance(found, dict):
        raise ToolError("sandbox.tool_token_refused", "not an object", reason="jwks")
    return found
