"""Do the platform's services work: a token for each scope, the header that carries it, roster and scores.

Nothing here touches a grade: a score is sent for a user who does not exist, to a line item made for it and removed.
"""

import json
from collections.abc import Callable

from lti_tool.doctor.model import BAD, GOOD, UNTRIED, Finding, Patient, Way, failed
from lti_tool.errors import ToolError
from lti_tool.http import Reply
from lti_tool.line_items import LINE_ITEM, LINE_ITEM_READ, SCORE, scores_url, with_query
from lti_tool.pylti import final_score, new_line_item
from lti_tool.results import RESULT_READ as RESULT
from lti_tool.roster import SCOPE as ROSTER

SCOPES = {"lineitem": LINE_ITEM, "lineitem.readonly": LINE_ITEM_READ, "score": SCORE, "result.readonly": RESULT,
          "contextmembership.readonly": ROSTER}  # fmt: skip
#: A user who does not exist. It is a number because Moodle asks its database for a whole number and breaks on a text.
NOBODY = "2147483646"
RESOURCE = "jampel-doctor"
LABEL = "Jampel: uji sambungan"


def token_check(name: str) -> Callable[[Patient, Way], Finding]:
    """The check that asks for a token of the scope called `name`."""
    scope = SCOPES[name]

    def check(patient: Patient, way: Way) -> Finding:
        try:
            patient.tokens[scope] = way.token(patient.platform, scope)
        except ToolError as error:
            return _refused(error, name, dict(patient.profile.scope_settings).get(scope, ""))
        return Finding("doctor.token.good", params={"scope": name})

    return check


def _refused(error: ToolError, name: str, setting: str) -> Finding:
    if error.code != "token.refused":
        return failed(error)
    params = {"scope": name, "status": error.params.get("status", "-")}
    if error.detail == "invalid_scope":
        if setting:
            return Finding("doctor.token.setting_off", BAD, params | {"setting": setting})
        return Finding("doctor.token.scope_off", BAD, params)
    if error.detail in ("invalid_client", "unauthorized_client"):
        return Finding("doctor.token.client", BAD, params)
    return Finding("doctor.token.refused", BAD, params)


def check_authorization(patient: Patient, way: Way) -> Finding:
    """The Authorization header reaches the platform: some web servers take it away on its way to the program."""
    reply = _first_reply(patient, way)
    if isinstance(reply, Finding):
        return reply
    if reply.status == 401:
        return Finding("doctor.authorization.stripped", BAD)
    if reply.status == 403:
        return Finding("doctor.authorization.forbidden", BAD)
    return Finding("doctor.authorization.good")


def _first_reply(patient: Patient, way: Way) -> Reply | Finding:
    """The answer of the first service that both an address and a token are known for."""
    types, tokens = patient.profile.media_types, patient.tokens
    wanted = (
        (patient.line_items, LINE_ITEM, types.line_items),
        (patient.line_items, LINE_ITEM_READ, types.line_items),
        (patient.roster, ROSTER, types.membership),
    )
    for url, scope, media in wanted:
        if url and scope in tokens:
            try:
                return _get(patient, way, url, media, tokens[scope])
            except ToolError as error:
                return failed(error)
    return Finding("doctor.services.unknown", UNTRIED)


def check_roster(patient: Patient, way: Way) -> Finding:
    """A page of members can be read (NRPS 2.0 section 2.4); only their number is kept."""
    if ROSTER not in patient.tokens:
        return Finding("doctor.roster.no_token", UNTRIED)
    if not patient.roster:
        return Finding("doctor.roster.no_address", UNTRIED)
    try:
        media = patient.profile.media_types.membership
        reply = _get(patient, way, patient.roster, media, patient.tokens[ROSTER])
    except ToolError as error:
        return failed(error)
    members = _parsed(reply, "members")
    if members is None:
        return Finding("doctor.roster.refused", BAD, {"status": reply.status})
    key = patient.profile.person_id_member
    numbers = sum(1 for member in members if isinstance(member, dict) and member.get(key))
    counted = {"count": len(members), "numbers": numbers}
    return Finding("doctor.roster.good" if numbers or not members else "doctor.roster.no_numbers", params=counted)


def check_score(patient: Patient, way: Way) -> Finding:
    """A score can be sent (AGS 2.0 section 3.4): on a test line item when allowed, else line items are only read."""
    if not patient.line_items:
        return Finding("doctor.score.no_address", UNTRIED)
    if LINE_ITEM in patient.tokens and SCORE in patient.tokens and patient.may_write:
        try:
            return _score_for_nobody(patient, way)
        except ToolError as error:
            return failed(error)
    scope = next((scope for scope in (LINE_ITEM, LINE_ITEM_READ) if scope in patient.tokens), None)
    if scope is None:
        return Finding("doctor.score.no_token", UNTRIED)
    return _read_only(patient, way, scope)


def _read_only(patient: Patient, way: Way, scope: str) -> Finding:
    media = patient.profile.media_types.line_items
    try:
        reply = _get(patient, way, patient.line_items, media, patient.tokens[scope])
    except ToolError as error:
        return failed(error)
    items = _parsed(reply, "")
    if items is None:
        return Finding("doctor.score.not_read", BAD, {"status": reply.status})
    return Finding("doctor.score.read", params={"count": len(items)})


def _score_for_nobody(patient: Patient, way: Way) -> Finding:
    """Makes a line item of no resource link, scores nobody on it, and removes it whatever happened."""
    platform, media = patient.platform, patient.profile.media_types
    maximum = patient.profile.line_item_score_maximum(100)
    item = new_line_item(label=LABEL, maximum=maximum, resource_id=RESOURCE, resource_link_id="")
    _check_host(patient, patient.line_items)
    token = patient.tokens[LINE_ITEM]
    made = way.post(patient.line_items, _without_link(item.to_json()), media=media.line_item, token=token)
    address = _address(made)
    if made.status not in (200, 201) or not address or not platform.owns(address):
        return Finding("doctor.score.not_made", BAD, {"status": made.status})
    try:
        body = final_score(user_id=NOBODY, percent=0, timestamp=patient.now.isoformat(timespec="milliseconds"))
        scored = way.post(scores_url(address), body, media=media.score, token=patient.tokens[SCORE])
        found = _judged(scored.status, patient)
    except ToolError as error:
        found = failed(error)
    return found if _removed(address, way, token) else Finding("doctor.score.left", BAD, {"url": address[:200]})


def _judged(status: int, patient: Patient) -> Finding:
    """A platform that knows nobody of this name and says so has read the score."""
    expected = patient.profile.not_gradable_statuses | {400, 404, 422}
    if status // 100 == 2 or (status in expected and status not in (401, 403)):
        return Finding("doctor.score.good", GOOD)
    return Finding("doctor.score.refused", BAD, {"status": status})


def _removed(address: str, way: Way, token: str) -> bool:
    for _attempt in range(2):
        try:
            if way.delete(address, token=token).status in (200, 204, 404):
                return True
        except ToolError:
            continue
    return False


def _without_link(body: bytes) -> bytes:
    """The line item coupled to nothing: a second one on a link would make its own disappear from launches."""
    item = json.loads(body)
    return json.dumps({name: value for name, value in item.items() if value != ""}).encode()


def _check_host(patient: Patient, url: str) -> None:
    if not patient.platform.owns(url):
        raise ToolError(
            "services.foreign_host", "a service address is not the platform's", platform=patient.platform.name
        )


def _get(patient: Patient, way: Way, url: str, media: str, token: str) -> Reply:
    _check_host(patient, url)
    return way.get(with_query(url, {"limit": "10"}), accept=media, token=token)


def _parsed(reply: Reply, member: str) -> list[object] | None:
    """The list in a good answer, or at its `member`; None when there is none."""
    try:
        value = json.loads(reply.body) if reply.status == 200 else None
    except (ValueError, RecursionError):
        return None
    if member:
        value = value.get(member) if isinstance(value, dict) else None
    return value if isinstance(value, list) else None


def _address(reply: Reply) -> str:
    try:
        value = json.loads(reply.body)
    except (ValueError, RecursionError):
        return ""
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""
