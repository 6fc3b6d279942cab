"""The bridge to PyLTI1p3: its data model and its order of checks, its errors translated; no other module imports it."""

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from pylti1p3.deep_link_resource import DeepLinkResource
from pylti1p3.exception import LtiException, OIDCException
from pylti1p3.grade import Grade
from pylti1p3.lineitem import LineItem
from pylti1p3.message_launch import MessageLaunch

from lti_tool.errors import ToolError

Result = TypeVar("Result")
#: The states of `activityProgress` in which there is work to be shown.
REVIEWABLE = ("InProgress", "Submitted", "Completed")


class LaunchChecks(Protocol):
    """What we check at each of PyLTI1p3's steps; every step raises LaunchRefused."""

    def state(self) -> None: ...
    def token_format(self) -> None: ...
    def nonce(self) -> None: ...
    def registration(self) -> None: ...
    def signature(self) -> None: ...
    def deployment(self) -> None: ...
    def message(self) -> None: ...
    def save(self) -> None: ...


class OrderedLaunch(MessageLaunch):
    """PyLTI1p3's launch reduced to its order of validation.

    Its constructor is not called: it opens an HTTP session per launch and wants storages that do not consume a nonce.
    Each of its steps is replaced because each has a defect: a nonce that is looked up and never used up, no bounds
    on exp and iat, several audiences misread, a key set that is cached with its errors.
    """

    def __init__(self, checks: LaunchChecks) -> None:
        self._checks = checks
        self._restored = False
        self._validated = False
        self._auto_validation = False

    def _get_request_param(self, key: str) -> str:
        raise ToolError("lti.value", f"PyLTI1p3 reads {key} of the request itself")

    def validate_state(self) -> "OrderedLaunch":
        self._checks.state()
        return self

    def validate_jwt_format(self) -> "OrderedLaunch":
        self._checks.token_format()
        return self

    def validate_nonce(self) -> "OrderedLaunch":
        self._checks.nonce()
        return self

    def validate_registration(self) -> "OrderedLaunch":
        self._checks.registration()
        return self

    def validate_jwt_signature(self) -> "OrderedLaunch":
        self._checks.signature()
        return self

    def validate_deployment(self) -> "OrderedLaunch":
        self._checks.deployment()
        return self

    def validate_message(self) -> "OrderedLaunch":
        self._checks.message()
        return self

    def save_launch_data(self) -> "OrderedLaunch":
        self._checks.save()
        return self


def check_in_order(checks: LaunchChecks) -> None:
    """Runs `checks` in PyLTI1p3's order: state, format, nonce, registration, signature, deployment, message, save."""
    OrderedLaunch(checks).validate()


class WholeLineItem(LineItem):
    """PyLTI1p3's line item that keeps members it does not know and values that are 0 (AGS 2.0 section 3.2.7)."""

    def __init__(self, value: Mapping[str, Any] | None = None) -> None:
        super().__init__(dict(value or {}))  # type: ignore[arg-type]
        self._received = dict(value or {})

    def to_json(self) -> bytes:
        """The line item to send: what came in, changed where a setter was used."""
        known = {
            "id": self.get_id(),
            "scoreMaximum": self.get_score_maximum(),
            "label": self.get_label(),
            "resourceId": self.get_resource_id(),
            "resourceLinkId": self.get_resource_link_id(),
            "tag": self.get_tag(),
            "startDateTime": self.get_start_date_time(),
            "endDateTime": self.get_end_date_time(),
            "submissionReview": self.get_submission_review(),
        }
        value = self._received | {name: member for name, member in known.items() if member is not None}
        return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


def new_line_item(*, label: str, maximum: float, resource_id: str, resource_link_id: str) -> WholeLineItem:
    """A line item to create. Raises ToolError when `maximum` is not above 0."""
    item = WholeLineItem()
    _translated(lambda: item.set_score_maximum(int(maximum) if float(maximum).is_integer() else maximum))
    item.set_label(label).set_resource_id(resource_id).set_resource_link_id(resource_link_id)
    return item


def final_score(*, user_id: str, percent: float, timestamp: str, submission: Mapping[str, str] | None = None) -> bytes:
    """The body of a finished score of `percent` (0 to 100) for `user_id` (AGS 2.0 section 3.4).

    `submission` is its `submission` object (startedAt, submittedAt), left out when empty. The body always has
    scoreGiven and FullyGraded: some platforms erase a grade on anything less. Raises ToolError when `percent` is out of
    range.
    """
    if not 0 <= percent <= 100:  # also refuses NaN
        raise ToolError("score.out_of_range", "a score is between 0 and 100 percent")
    grade = Grade()
    _translated(lambda: grade.set_score_given(int(percent) if float(percent).is_integer() else round(percent, 2)))
    grade.set_score_maximum(100).set_activity_progress("Completed").set_grading_progress("FullyGraded")
    if submission:
        grade.set_extra_claims({"submission": dict(submission)})
    return grade.set_timestamp(timestamp).set_user_id(user_id).get_value().encode()


class LinkItem(DeepLinkResource):
    """PyLTI1p3's content item with its windows of time, and without the members that would be sent empty (Deep Linking
    2.0 section 4.5.2)."""

    windows: Mapping[str, Mapping[str, str]] = MappingProxyType({})

    def to_dict(self) -> dict[str, object]:
        """The item as it stands in `content_items`."""
        item = super().to_dict() | {name: dict(window) for name, window in self.windows.items()}
        return {name: value for name, value in item.items() if value not in (None, {}, "")}


def link_item(
    *,
    title: str,
    custom: Mapping[str, str],
    maximum: float | None,
    resource_id: str,
    windows: Mapping[str, Mapping[str, str]] | None = None,
) -> LinkItem:
    """An `ltiResourceLink` item; `maximum` is the scoreMaximum of its line item, None makes none.

    `windows` are its members `available` and `submission`, each with `startDateTime` and `endDateTime`. A line item
    declares that we show the work behind a score (AGS 2.0 section 3.2.8). It has no `url`, so that the platform uses
    the tool's own address, which is the one that is registered.
    """
    item = LinkItem()
    item.set_title(title).set_custom_params(dict(custom))
    if maximum is not None:
        line_item = LineItem()
        _translated(lambda: line_item.set_score_maximum(int(maximum) if float(maximum).is_integer() else maximum))
        line_item.set_label(title).set_resource_id(resource_id).set_submission_review(list(REVIEWABLE))
        item.set_lineitem(line_item)
    item.windows = windows or {}
    return item


def content_items(items: Sequence[LinkItem]) -> list[dict[str, object]]:
    """The `content_items` claim."""
    return [item.to_dict() for item in items]


def _translated(call: Callable[[], Result]) -> Result:
    """The three families of errors of PyLTI1p3 as ours."""
    try:
        return call()
    except (LtiException, OIDCException, AssertionError) as cause:
        raise ToolError("lti.value", "PyLTI1p3 refuses a value") from cause
