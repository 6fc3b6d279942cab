"""The tables that are written with SQLAlchemy's own expressions: platforms, deployments, invites, notices."""

from sqlalchemy import BigInteger, Boolean, Column, MetaData, String, Table, Text

_METADATA = MetaData()

#: The columns that registration writes; the others have defaults in the database.
PLATFORM = Table(
    "lti_platform",
    _METADATA,
    Column("id", String(32), primary_key=True),
    Column("institution", String(32)),
    Column("name", Text),
    Column("issuer", Text),
    Column("client_id", Text),
    Column("auth_url", Text),
    Column("token_url", Text),
    Column("jwks_url", Text),
    Column("token_audience", Text),
    Column("service_hosts", Text),
    Column("algorithms", Text),
    Column("anonymous", Boolean),
    Column("profile", Text),
    Column("active", Boolean),
    Column("created", BigInteger),
    Column("jwks", Text),
    Column("jwks_at", BigInteger),
)
DEPLOYMENT = Table(
    "lti_deployment",
    _METADATA,
    Column("institution", String(32), primary_key=True),
    Column("platform", String(32), primary_key=True),
    Column("deployment", Text, primary_key=True),
    Column("state", Text),
    Column("first_seen", BigInteger),
    Column("decided", BigInteger),
)
INVITE = Table(
    "lti_invite",
    _METADATA,
    Column("id", String(32), primary_key=True),
    Column("institution", String(32)),
    Column("name", Text),
    Column("token", String(64)),
    Column("created", BigInteger),
    Column("expires", BigInteger),
    Column("ended", BigInteger),
    Column("platform", String(32)),
    Column("used", BigInteger),
)
TICKET = Table(
    "lti_invite_ticket",
    _METADATA,
    Column("institution", String(32), primary_key=True),
    Column("ticket", String(64), primary_key=True),
    Column("expires", BigInteger),
)
OBSERVED = Table(
    "lti_observed",
    _METADATA,
    Column("institution", String(32), primary_key=True),
    Column("platform", String(32), primary_key=True),
    Column("roster", Text),
    Column("ahead", BigInteger),
    Column("at", BigInteger),
)
NOTICE_HANDLER = Table(
    "lti_notice_handler",
    _METADATA,
    Column("institution", String(32), primary_key=True),
    Column("platform", String(32), primary_key=True),
    Column("deployment", Text, primary_key=True),
    Column("url", Text),
    Column("kinds", Text),
    Column("state", Text),
    Column("problem", Text),
    Column("tried", BigInteger),
    Column("last_kind", Text),
    Column("last_at", BigInteger),
)
NOTICE_SEEN = Table(
    "lti_notice_seen",
    _METADATA,
    Column("institution", String(32), primary_key=True),
    Column("platform", String(32), primary_key=True),
    Column("mark", String(64), primary_key=True),
    Column("expires", BigInteger),
)
COURSE_COPY = Table(
    "lti_course_copy",
    _METADATA,
    Column("institution", String(32), primary_key=True),
    Column("platform", String(32), primary_key=True),
    Column("deployment", Text, primary_key=True),
    Column("context", Text, primary_key=True),
    Column("origin", Text, primary_key=True),
    Column("at", BigInteger),
)
