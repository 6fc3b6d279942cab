"""A platform's answer to a registration: what it gave us, or its own words for why not."""

import re
from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from lti_tool.errors import LaunchRefused
from lti_tool.http import Reply
from lti_tool.jose import strict_json
from lti_tool.registration.request import TOOL_CONFIGURATION, Addresses

LONGEST_ID, LONGEST_WORDS = 255, 300
_TAG = re.compile(r"<[^>]{0,1000}>")
_HTML = re.compile(r"(?i)<(!doctype|html|body|head)\b")


class Registered(msgspec.Struct, frozen=True):
    """What the platform gave: the client id, the deployment (empty when it names none), and the scopes it says it
    granted (None when it says nothing)."""

    client_id: str
    deployment: str = ""
    scopes: tuple[str, ...] | None = None


def read_reply(reply: Reply, ours: Addresses, good: Collection[int]) -> Registered:
    """The registration in `reply` (LTI Dynamic Registration 1.0 section 3.6); `good` are the statuses of success.

    Raises LaunchRefused when the platform refused, with its own words, when the answer is not a JSON object with a
    client id, or when the platform registered other addresses than `ours`.
    """
    if reply.status not in good:
        raise LaunchRefused(
            "registration.refused",
            "the platform refused the registration",
            status=502,
            answer=reply.status,
            words=platform_words(reply) or "–",
        )
    answer = _answer(reply.body)
    client = answer.get("client_id")
    if not _is_id(client):
        raise LaunchRefused("registration.client_id", "the answer has no client_id", status=502)
    _check_addresses(answer, ours)
    tool = answer.get(TOOL_CONFIGURATION)
    scope = answer.get("scope")
    return Registered(
        str(client),
        _deployment(tool if isinstance(tool, dict) else {}),
        tuple(scope.split()) if isinstance(scope, str) else None,
    )


def platform_words(reply: Reply) -> str:
    """What the platform said when it refused, as one short line of plain text; empty when that was a whole web page."""
    text = reply.body[:4096].decode("utf-8", "replace")
    try:
        found = strict_json(reply.body)
    except LaunchRefused:
        found = None
    if isinstance(found, dict):
        parts = [found[key] for key in ("error", "error_description", "message") if isinstance(found.get(key), str)]
        text = ": ".join(dict.fromkeys(parts))
    elif _HTML.search(text):
        return reply.reason[:LONGEST_WORDS] if reply.reason.isprintable() else ""
    line = " ".join(_TAG.sub(" ", text).split())
    return "".join(character for character in line if character.isprintable())[:LONGEST_WORDS]


def _answer(body: bytes) -> Mapping[str, Any]:
    try:
        answer = strict_json(body)
    except LaunchRefused as cause:
        raise LaunchRefused("registration.reply", "the answer is not strict JSON", status=502) from cause
    if not isinstance(answer, dict):
        raise LaunchRefused("registration.reply", "the answer is not a JSON object", status=502)
    return answer


def _check_addresses(answer: Mapping[str, Any], ours: Addresses) -> None:
    """What the platform repeats must be what we sent: with other addresses, launches would go to somebody else."""
    sent = {"redirect_uris": [ours.launch], "initiate_login_uri": ours.login, "jwks_uri": ours.jwks}
    for name, value in sent.items():
        if answer.get(name) not in (None, value):
            raise LaunchRefused("registration.other_addresses", f"{name} is not ours", status=502, name=name)


def _deployment(tool: Mapping[str, Any]) -> str:
    """The deployment id; some platforms give it as a number."""
    value = tool.get("deployment_id")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or value == "":
        return ""
    if not _is_id(value):
        raise LaunchRefused("registration.reply", "deployment_id is not a text", status=502)
    return str(value)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_ID and value.isprintable() and value.strip() == value
