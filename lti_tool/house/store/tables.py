"""The tables of the household database, as the migrations made them."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, Boolean, Column, MetaData, Table, Text

META = MetaData()
INSTITUTION = Table(
    "institution", META, *(Column(name, Text) for name in ("id", "slug", "name", "time_zone", "created"))
)
ACCOUNT = Table(
    "account",
    META,
    *(
        Column(name, Text)
        for name in ("id", "institution", "username", "name", "role", "password_hash", "created", "last_login")
    ),
    Column("active", Boolean),
)
ONE_TIME_LINK = Table(
    "one_time_link",
    META,
    *(Column(name, Text) for name in ("hash", "institution", "purpose", "expires", "used", "subject")),
)
BROWSER_SESSION = Table(
    "browser_session",
    META,
    *(
        Column(name, Text)
        for name in (
            "hash", "institution", "kind", "subject", "created", "expires", "seen", "address", "agent",
            "sign_on_subject", "sign_on_sid",
        )
    ),
)  # fmt: skip
SIGN_ON_LOGOUT = Table(
    "sign_on_logout",
    META,
    *(Column(name, Text) for name in ("institution", "id", "subject", "sid", "expires")),
    Column("made", BigInteger),
)
ACCOUNT_IDENTITY = Table(
    "account_identity",
    META,
    *(
        Column(name, Text)
        for name in ("institution", "issuer", "subject", "account", "name", "username", "first_seen", "last_seen")
    ),
    Column("by_group", Boolean),
)
LOGIN_THROTTLE = Table(
    "login_throttle",
    META,
    Column("institution", Text),
    Column("hash", Text),
    Column("failed", BigInteger),
    Column("last", Text),
)
MODULE_TEXTS = (
    "id", "institution", "course_id", "iri", "version", "digest", "title", "description", "language", "bentuk",
    "published_at", "published_by", "withdrawn", "notes",
)  # fmt: skip
MODULE = Table(
    "module",
    META,
    *(Column(name, Text) for name in MODULE_TEXTS),
    *(Column(name, BigInteger) for name in ("jp", "minutes", "pages", "questions")),
    Column("draft", Boolean),
)
BUILD_TEXTS = (
    "id", "institution", "account", "file_name", "state", "problem", "findings", "digest", "created", "changed",
)  # fmt: skip
MODULE_BUILD = Table(
    "module_build",
    META,
    *(Column(name, Text) for name in BUILD_TEXTS),
    *(Column(name, BigInteger) for name in ("size", "files")),
)
MODULE_PIN = Table(
    "module_pin",
    META,
    *(Column(name, Text) for name in ("institution", "registration", "course_id", "digest", "since")),
)
MODULE_DOWNLOAD = Table(
    "module_download",
    META,
    *(Column(name, Text) for name in ("institution", "digest", "form", "last")),
    Column("number", BigInteger),
)
STAFF_LOG = Table(
    "staff_log",
    META,
    Column("seq", BigInteger, primary_key=True, autoincrement=True),
    *(Column(name, Text) for name in ("institution", "at", "account", "action", "subject", "detail")),
)


def instant(moment: datetime) -> str:
    """An aware moment as text in UTC that sorts by time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(text: str) -> datetime:
    """The aware moment (UTC) that `instant` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
