"""LTI Advantage services of the sandbox LMS: line items, scores and results (AGS 2.0), memberships (NRPS 2.0)."""

import math
from datetime import datetime
from typing import Any, TypeGuard

from flask import Blueprint, Response, abort, jsonify, request

from lti_tool.sandbox.model import LEARNER, LineItem, Score
from lti_tool.sandbox.platform import AGS, MEMBERSHIP, NRPS
from lti_tool.sandbox.web.session import platform

SERVICES = Blueprint("services", __name__)
LINE_ITEM = "application/vnd.ims.lis.v2.lineitem+json"
CONTAINER = "application/vnd.ims.lis.v2.lineitemcontainer+json"
SCORE = "application/vnd.ims.lis.v1.score+json"
RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
MEMBERS = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
ACTIVITY_PROGRESS = {"Initialized", "Started", "InProgress", "Submitted", "Completed"}
GRADING_PROGRESS = {"FullyGraded", "Pending", "PendingManual", "Failed", "NotReady"}


@SERVICES.get("/lti/kursus/<course_id>/lineitems")
def line_items(course_id: str) -> Response:
    """AGS 2.0, 3.2.4: the columns of a course, filtered by resource_link_id, tag and resource_id."""
    _need(f"{AGS}scope/lineitem", f"{AGS}scope/lineitem.readonly")
    wanted = {"resource_link": "resource_link_id", "tag": "tag", "resource_id": "resource_id"}
    filters = {field: request.args[name] for field, name in wanted.items() if name in request.args}
    items = [
        item
        for item in platform().store.line_items(course_id)
        if all(getattr(item, field) == value for field, value in filters.items())
    ]
    return _answer([_shown(item) for item in items], CONTAINER)


@SERVICES.post("/lti/kursus/<course_id>/lineitems")
def add_line_item(course_id: str) -> tuple[Response, int]:
    """AGS 2.0, 3.2.5: a new column."""
    _need(f"{AGS}scope/lineitem")
    body = _body(LINE_ITEM)
    label, maximum = body.get("label"), body.get("scoreMaximum")
    if not isinstance(label, str) or not _number(maximum) or maximum <= 0:
        abort(400, "label, scoreMaximum")
    link, resource_id, tag = (str(body.get(name) or "") for name in ("resourceLinkId", "resourceId", "tag"))
    if link and platform().store.link(link) is None:
        abort(403, "resourceLinkId")
    item = LineItem("", course_id, label, float(maximum), link or None, resource_id, tag)
    return _answer(_shown(platform().store.add_line_item(item)), LINE_ITEM), 201


@SERVICES.get("/lti/kursus/<course_id>/lineitems/<item_id>")
def line_item(course_id: str, item_id: str) -> Response:
    """AGS 2.0, 3.2.3: one column."""
    _need(f"{AGS}scope/lineitem", f"{AGS}scope/lineitem.readonly")
    return _answer(_shown(_item(course_id, item_id)), LINE_ITEM)


@SERVICES.post("/lti/kursus/<course_id>/lineitems/<item_id>/scores")
def put_score(course_id: str, item_id: str) -> tuple[str, int]:
    """AGS 2.0, 3.4: a score; 409 when it is not later than the one there."""
    _need(f"{AGS}scope/score")
    item, body = _item(course_id, item_id), _body(SCORE)
    user = platform().store.user(str(body.get("userId", "")))
    if user is None or user.role != LEARNER:
        abort(400, "userId")
    if not platform().store.put_score(_score(item, body)):
        abort(409, "timestamp")
    return "", 200


def _score(item: LineItem, body: dict[str, Any]) -> Score:
    given, maximum = body.get("scoreGiven"), body.get("scoreMaximum")
    progress = (body.get("activityProgress"), body.get("gradingProgress"))
    if progress[0] not in ACTIVITY_PROGRESS or progress[1] not in GRADING_PROGRESS:
        abort(400, "activityProgress, gradingProgress")
    if given is not None and not (_number(given) and _number(maximum) and given >= 0 and maximum > 0):
        abort(400, "scoreGiven, scoreMaximum")
    share = given / maximum if _number(given) and _number(maximum) and progress[1] == "FullyGraded" else None
    return Score(
        line_item=item.id,
        user=str(body["userId"]),
        given=None if share is None else share * item.score_maximum,
        maximum=item.score_maximum,
        timestamp=_timestamp(body.get("timestamp")),
        activity_progress=progress[0],
        grading_progress=progress[1],
        comment=str(body.get("comment") or ""),
    )


@SERVICES.get("/lti/kursus/<course_id>/lineitems/<item_id>/results")
def results(course_id: str, item_id: str) -> Response:
    """AGS 2.0, 3.3: the grades of a column."""
    _need(f"{AGS}scope/result.readonly")
    item = _item(course_id, item_id)
    url = _url(item)
    shown = [
        {"id": f"{url}/results/{score.user}", "scoreOf": url, "userId": score.user}
        | ({} if score.given is None else {"resultScore": score.given, "resultMaximum": score.maximum})
        for score in platform().store.scores(item_id)
    ]
    return _answer(shown, RESULTS)


@SERVICES.get("/lti/kursus/<course_id>/anggota")
def members(course_id: str) -> Response:
    """NRPS 2.0, 2.4: who is in the course, paged by `limit` and `from`."""
    _need(f"{NRPS}scope/contextmembership.readonly")
    course = platform().store.course(course_id) or abort(404)
    first, limit = request.args.get("from", 0, type=int), request.args.get("limit", 50, type=int)
    users = platform().store.users()
    page = users[first : first + limit]
    url = platform().url(f"lti/kursus/{course_id}/anggota")
    answer = _answer(
        {
            "id": url,
            "context": {"id": course.id, "label": course.label, "title": course.title},
            "members": [
                {
                    "status": "Active",
                    "user_id": user.id,
                    "name": user.name,
                    "lis_person_sourcedid": user.nip,
                    "roles": [MEMBERSHIP + ("Learner" if user.role == LEARNER else "Instructor")],
                }
                for user in page
            ],
        },
        MEMBERS,
    )
    if first + limit < len(users):
        answer.headers["Link"] = f'<{url}?limit={limit}&from={first + limit}>; rel="next"'
    return answer


def _need(*scopes: str) -> None:
    if not platform().allows(request.headers.get("Authorization", ""), *scopes):
        abort(401)


def _body(media_type: str) -> dict[str, Any]:
    if request.mimetype != media_type:
        abort(415)
    body = request.get_json(force=True, silent=True)
    return body if isinstance(body, dict) else abort(400, "JSON")


def _item(course_id: str, item_id: str) -> LineItem:
    found = [item for item in platform().store.line_items(course_id) if item.id == item_id]
    return found[0] if found else abort(404)


def _url(item: LineItem) -> str:
    return platform().url(f"lti/kursus/{item.course}/lineitems/{item.id}")


def _shown(item: LineItem) -> dict[str, Any]:
    shown = {"id": _url(item), "label": item.label, "scoreMaximum": item.score_maximum}
    optional = {"resourceLinkId": item.resource_link, "resourceId": item.resource_id, "tag": item.tag}
    return shown | {name: value for name, value in optional.items() if value}


def _answer(body: object, media_type: str) -> Response:
    answer = jsonify(body)
    answer.mimetype = media_type
    return answer


def _number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _timestamp(text: object) -> str:
    """An ISO 8601 instant in a form that sorts; AGS 2.0, 3.4.7 demands a zone."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        abort(400, "timestamp")
    if moment.tzinfo is None:
        abort(400, "timestamp")
    return f"{moment.timestamp():020.6f}"
