"""What the sandbox LMS knows: its tool, its people, its courses and what they hold."""

import sys
from typing import TypeGuard

import msgspec

TEACHER = "teacher"
LEARNER = "learner"
FIRST_TOOL = "1"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/"
LINE_ITEM_SCOPE = f"{AGS}scope/lineitem"
READ_SCOPE = f"{AGS}scope/lineitem.readonly"
RESULT_SCOPE = f"{AGS}scope/result.readonly"
SCORE_SCOPE = f"{AGS}scope/score"
MEMBER_SCOPE = f"{NRPS}scope/contextmembership.readonly"
GROUP_SCOPE = "https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly"
NOTICE_SCOPE = "https://purl.imsglobal.org/spec/lti/scope/noticehandlers"
SCOPES = (LINE_ITEM_SCOPE, READ_SCOPE, RESULT_SCOPE, SCORE_SCOPE, MEMBER_SCOPE)


class Tool(msgspec.Struct, frozen=True):
    """A tool registered at the sandbox, as an LTI platform sees it.

    `deployment_id` is its number here. Without `redirect_urls` the launch URL alone is one, without `deep_link_url`
    deep linking goes there too. `scopes` are what it may ask for, `shares_name` whether it learns names, `custom` what
    is sent with every launch, and an administrator has switched it on when it is `active`.
    """

    client_id: str
    deployment_id: str
    login_url: str
    launch_url: str
    jwks_url: str
    name: str = "Jampel"
    redirect_urls: tuple[str, ...] = ()
    deep_link_url: str = ""
    scopes: tuple[str, ...] = SCOPES
    shares_name: bool = True
    custom: dict[str, str] = {}
    active: bool = True

    @property
    def redirects(self) -> tuple[str, ...]:
        """The redirect URIs that are known."""
        return self.redirect_urls or (self.launch_url,)


class User(msgspec.Struct, frozen=True):
    """A person of the sandbox; `nip` is sent as `lis.person_sourcedid`, "" when the LMS does not know it."""

    id: str
    name: str
    role: str
    nip: str = ""


class Course(msgspec.Struct, frozen=True):
    """A course; every user of the sandbox is enrolled in every course."""

    id: str
    label: str
    title: str


class ResourceLink(msgspec.Struct, frozen=True):
    """An activity of a course that launches the tool."""

    id: str
    course: str
    title: str
    custom: dict[str, str]
    tool: str = FIRST_TOOL


class Group(msgspec.Struct, frozen=True):
    """A group of learners; every course of the sandbox has the same ones."""

    id: str
    name: str


GROUPS = (Group("a", "Angkatan A"), Group("b", "Angkatan B"))


def group_of(user: User) -> Group | None:
    """The group of a learner: the first for an even number at the end of the id, else the second."""
    if user.role != LEARNER:
        return None
    return GROUPS[0] if user.id[-1:] in "02468" else GROUPS[1]


class LineItem(msgspec.Struct, frozen=True):
    """A column of the gradebook."""

    id: str
    course: str
    label: str
    score_maximum: float
    resource_link: str | None = None
    resource_id: str = ""
    tag: str = ""
    tool: str = FIRST_TOOL


class Score(msgspec.Struct, frozen=True):
    """The newest score of a user in a line item; `given` is None when a score without scoreGiven wiped it."""

    line_item: str
    user: str
    given: float | None
    maximum: float
    timestamp: str
    activity_progress: str
    grading_progress: str
    comment: str = ""


def is_number(value: object) -> TypeGuard[float]:
    """Whether `value` is a number of JSON that can be reckoned with: no truth value, NaN, or one beyond all floats."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
