"""What the household knows, as plain values: an institution, an account, a module in the library, a line of the log."""

from datetime import datetime
from typing import Literal, get_args

import msgspec

Role = Literal["admin", "auditor", "author"]
ROLES: tuple[Role, ...] = get_args(Role)

#: What happens to an upload, in this order; it ends as `done` or `failed`.
BuildState = Literal["waiting", "reading", "checking", "media", "done", "failed"]


class Institution(msgspec.Struct, frozen=True, kw_only=True):
    """An `instansi`: `id` is 32 hex, `slug` stands in module IRIs, `time_zone` is an IANA name."""

    id: str
    slug: str
    name: str
    time_zone: str
    created: datetime


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A person of the staff who may log in. The password hash stays in the store.

    Who came by a single sign-on has no password here, and gets none.
    """

    id: str
    username: str
    name: str
    role: Role
    created: datetime
    last_login: datetime | None
    active: bool
    has_password: bool = True


class BrowserSession(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that is logged in; `id` is the hash of its token, `address` and `agent` are of its login."""

    id: str
    created: datetime
    seen: datetime
    expires: datetime
    address: str
    agent: str


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """A person as a single sign-on knows them, by issuer and subject, which alone identify.

    `account` is empty while an admin has not decided. `by_group` says that a group gave the role, so that it follows
    the group; `name` and `username` are what the provider said last.
    """

    issuer: str
    subject: str
    account: str
    by_group: bool
    name: str
    username: str
    first_seen: datetime
    last_seen: datetime


class SignOnSession(msgspec.Struct, frozen=True, kw_only=True):
    """The session at a single sign-on that a browser session hangs on.

    `subject` and `sid` are hashes of who it is of and what it is called; `sid` is empty when the provider does not say.
    `made` is when the provider said so, in seconds since 1970 by its own clock.
    """

    subject: str
    sid: str = ""
    made: int


class SignOnLogout(msgspec.Struct, frozen=True, kw_only=True):
    """That a single sign-on ended a session, or with an empty `sid` all sessions of `subject`; one of the two is there.

    `id`, `subject` and `sid` are hashes, `made` as in `SignOnSession`; it is remembered until `expires`.
    """

    id: str
    subject: str
    sid: str
    made: int
    expires: datetime


class Module(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a module. `jp` is in hundredths; `pages` and `questions` are counts.

    `published_by` is an account id, or empty when a command published it. `withdrawn` is when it was taken back. A
    `draft` can be looked at and is opened by no link; its `published_at` is when it was built. `notes` say what is new.
    """

    id: str
    course_id: str
    iri: str
    version: str
    digest: str
    title: str
    description: str
    language: str
    jp: int
    bentuk: str
    minutes: int
    pages: int
    questions: int
    published_at: datetime
    published_by: str
    withdrawn: datetime | None = None
    draft: bool = False
    notes: str = ""


class Build(msgspec.Struct, frozen=True, kw_only=True):
    """An uploaded zip on its way to a draft.

    `size` is in bytes, `files` how many files the module has (0 until they are counted). `problem` is the code of what
    stopped it, `findings` what is to be looked at in the module as JSON, `digest` the draft that came of it.
    """

    id: str
    account: str
    file_name: str
    size: int
    state: BuildState
    problem: str = ""
    findings: str = "[]"
    digest: str = ""
    files: int = 0
    created: datetime
    changed: datetime

    @property
    def is_open(self) -> bool:
        """Whether it is still under way."""
        return self.state not in ("done", "failed")


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a member of the staff did, and to what; never personal data of a learner, never a secret."""

    at: datetime
    account: str
    action: str
    subject: str
    detail: str
