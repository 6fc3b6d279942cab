"""What the household knows, as plain values: an institution, an account, a module in the library, a line of the log."""

from datetime import datetime
from typing import Literal, get_args

import msgspec

Role = Literal["admin", "auditor", "author"]
ROLES: tuple[Role, ...] = get_args(Role)


class Institution(msgspec.Struct, frozen=True, kw_only=True):
    """An `instansi`: `id` is 32 hex, `slug` stands in module IRIs, `time_zone` is an IANA name."""

    id: str
    slug: str
    name: str
    time_zone: str
    created: datetime


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A person of the staff who may log in. The password hash stays in the store."""

    id: str
    username: str
    name: str
    role: Role
    created: datetime
    last_login: datetime | None
    active: bool


class Module(msgspec.Struct, frozen=True, kw_only=True):
    """One published version of a module. `jp` is in hundredths; `pages` and `questions` are counts.

    `published_by` is an account id, or empty when a command published it. `withdrawn` is when it was taken back.
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


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a member of the staff did, and to what; never personal data of a learner, never a secret."""

    at: datetime
    account: str
    action: str
    subject: str
    detail: str
