"""What the sandbox LMS knows: its tool, its people, its courses and what they hold."""

import msgspec

TEACHER = "teacher"
LEARNER = "learner"


class Tool(msgspec.Struct, frozen=True):
    """The one tool registered at the sandbox, as an LTI platform sees it."""

    client_id: str
    deployment_id: str
    login_url: str
    launch_url: str
    jwks_url: str


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


class LineItem(msgspec.Struct, frozen=True):
    """A column of the gradebook."""

    id: str
    course: str
    label: str
    score_maximum: float
    resource_link: str | None = None
    resource_id: str = ""
    tag: str = ""


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
