"""Scores and results of the sandbox LMS (Assignment and Grade Services 2.0, 3.3 and 3.4)."""

import json
import math
from datetime import UTC, datetime
from typing import Any, NoReturn

from flask import Response, request

from lti_tool.sandbox.model import LEARNER, RESULT_SCOPE, SCORE_SCOPE, LineItem, Score, is_number
from lti_tool.sandbox.web.answers import allowed_tool, answer, body_of, check_accept, empty, page_of, refuse
from lti_tool.sandbox.web.line_items import item_of
from lti_tool.sandbox.web.session import platform

MEDIA_TYPE = "application/vnd.ims.lis.v1.score+json"
RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
ACTIVITY_PROGRESS = {"Initialized", "Started", "InProgress", "Submitted", "Completed"}
GRADING_PROGRESS = {"FullyGraded", "Pending", "PendingManual", "Failed", "NotReady"}


def put(course_id: str, item_id: str) -> Response:
    """A score (AGS 2.0, 3.4); 409 when it is not later than the one there."""
    item, body = item_of(allowed_tool(SCORE_SCOPE), course_id, item_id), body_of(MEDIA_TYPE)
    behaviour = platform().personality.scores
    user = platform().store.user(str(body.get("userId", "")))
    if user is None or user.role != LEARNER:
        refuse(behaviour.refused_status, "Incorrect score received", behaviour.refused_body)
    score = _score(item, body)
    open_yet = body.get("scoreGiven") is not None and score.grading_progress != "FullyGraded"
    if not platform().store.put_score(score, keep_given=open_yet and not behaviour.incomplete_wipes):
        refuse(409, "Refusing score with an earlier timestamp", behaviour.refused_body)
    return empty(200, behaviour.answer_media_type)


def _score(item: LineItem, body: dict[str, Any]) -> Score:
    activity, grading = (str(body.get(name, "")) for name in ("activityProgress", "gradingProgress"))
    if activity not in ACTIVITY_PROGRESS or grading not in GRADING_PROGRESS:
        _wrong("activityProgress, gradingProgress")
    return Score(
        line_item=item.id,
        user=str(body["userId"]),
        given=_given(item, body) if grading == "FullyGraded" else None,
        maximum=item.score_maximum,
        timestamp=_moment(body.get("timestamp")),
        activity_progress=activity,
        grading_progress=grading,
        comment=str(body.get("comment") or ""),
    )


def _given(item: LineItem, body: dict[str, Any]) -> float | None:
    """The score in the scale of the column; None when the request gives none, which empties the grade (3.4.5)."""
    given, maximum = body.get("scoreGiven"), body.get("scoreMaximum")
    if given is None:
        return None
    if not is_number(given) or not is_number(maximum) or given < 0 or maximum <= 0:
        _wrong("scoreGiven, scoreMaximum")
    share = given / maximum
    return item.score_maximum * (min(share, 1.0) if platform().personality.scores.caps else share)


def _moment(text: object) -> str:
    """An ISO 8601 instant in a form that sorts, as finely as the platform looks; AGS 2.0, 3.4.7 demands a zone."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        _wrong("timestamp")
    if moment.tzinfo is None:
        _wrong("timestamp")
    step = platform().personality.scores.resolution
    seconds = math.floor(moment.timestamp() / step) * step if step else moment.timestamp()
    return f"{seconds:020.6f}"


def _wrong(what: str) -> NoReturn:
    refuse(400, "Incorrect score received", platform().personality.scores.refused_body or json.dumps({"wrong": what}))


def results(course_id: str, item_id: str) -> Response:
    """The grades of a column, of everyone or of `user_id` (AGS 2.0, 3.3)."""
    tool = allowed_tool(RESULT_SCOPE)
    item = item_of(tool, course_id, item_id)
    check_accept("results", RESULTS)
    wanted, column = request.args.get("user_id"), platform().addresses.line_item(item)
    url = platform().addresses.line_item(item, "/results")
    scores = [score for score in platform().store.scores(item_id) if wanted in (None, score.user)]
    broken = platform().personality.services.paged_results_status
    if broken and scores and "limit" in request.args:
        refuse(broken, "Exception - Call to a member function out() on null")
    page, headers = page_of(scores, url, grades=True)
    shown = answer([_result(score, url, column) for score in page], RESULTS)
    shown.headers.extend(headers)
    return shown


def _result(score: Score, url: str, column: str) -> dict[str, Any]:
    result: dict[str, Any] = {"id": f"{url.partition('?')[0]}/{score.user}", "scoreOf": column, "userId": score.user}
    grade: dict[str, Any] = {} if score.given is None else {"resultScore": score.given, "resultMaximum": score.maximum}
    if platform().personality.scores.result_times:
        grade["timestamp"] = datetime.fromtimestamp(float(score.timestamp), UTC).isoformat(timespec="seconds")
    return result | grade | ({"comment": score.comment} if score.comment else {})
