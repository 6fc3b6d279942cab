"""What the sandbox LMS asks of a tool: its public keys, and to take notices."""

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


def post_notices(url: str, body: bytes) -> int:
    """Posts notices to a tool; returns the status of its answer, 0 when there is none: nobody waits for it."""
    headers = {"User-Agent": "Jampel sandbox LMS", "Content-Type": "application/json"}
    try:
        answer = requests.post(url, data=body, timeout=SECONDS, allow_redirects=False, headers=headers)
    except requests.RequestException:
        return 0
    return answer.status_code
