"""The tables as the queries see them; `migrations` makes them."""

from sqlalchemy import BigInteger, Column, MetaData, Table, Text

metadata = MetaData()

person = Table(
    "person", metadata, Column("institution", Text), Column("id", Text), Column("name", Text),
)  # fmt: skip
nip = Table(
    "nip", metadata,
    Column("seq", BigInteger, primary_key=True), Column("institution", Text), Column("nip", Text),
    Column("person", Text),
)  # fmt: skip
account = Table(
    "account", metadata,
    Column("institution", Text), Column("issuer", Text), Column("subject", Text), Column("person", Text),
    Column("first_seen", BigInteger),
)  # fmt: skip
employment = Table(
    "employment", metadata,
    Column("seq", BigInteger, primary_key=True), Column("institution", Text), Column("person", Text),
    Column("opd", Text), Column("status", Text), Column("position", Text), Column("grade", Text),
    Column("valid_from", Text), Column("valid_to", Text), Column("unit", Text), Column("unit_code", Text),
)  # fmt: skip
alias = Table(
    "alias", metadata, Column("institution", Text), Column("alias", Text), Column("person", Text),
)  # fmt: skip
waiting = Table(
    "waiting", metadata,
    Column("institution", Text), Column("person", Text), Column("issuer", Text), Column("subject", Text),
    Column("name", Text), Column("first_seen", BigInteger),
)  # fmt: skip
roster_layout = Table(
    "roster_layout", metadata,
    Column("institution", Text), Column("mark", Text), Column("layout", Text), Column("confirmed", BigInteger),
)  # fmt: skip
match_refused = Table(
    "match_refused", metadata,
    Column("institution", Text), Column("person", Text), Column("other", Text), Column("at", BigInteger),
    Column("decided_by", Text),
)  # fmt: skip
person_merge = Table(
    "person_merge", metadata,
    Column("seq", BigInteger, primary_key=True), Column("institution", Text), Column("old", Text),
    Column("target", Text), Column("at", BigInteger), Column("decided_by", Text), Column("rule", Text),
    Column("before", Text), Column("undone", BigInteger),
)  # fmt: skip
frozen = Table(
    "frozen", metadata,
    Column("institution", Text), Column("person", Text), Column("at", BigInteger), Column("basis", Text),
    Column("decided_by", Text),
)  # fmt: skip
erasure = Table(
    "erasure", metadata,
    Column("institution", Text), Column("person", Text), Column("erased", BigInteger), Column("basis", Text),
    Column("decided_by", Text),
)  # fmt: skip
erased_statement = Table(
    "erased_statement", metadata, Column("institution", Text), Column("mark", Text), Column("erased", BigInteger),
)  # fmt: skip
subject_log = Table(
    "subject_log", metadata,
    Column("seq", BigInteger, primary_key=True), Column("institution", Text), Column("at", BigInteger),
    Column("action", Text), Column("person", Text), Column("basis", Text), Column("decided_by", Text),
    Column("detail", Text), Column("chain", Text),
)  # fmt: skip
job_standard = Table(
    "job_standard", metadata,
    Column("institution", Text), Column("place", BigInteger), Column("position", Text), Column("standard", Text),
    Column("code", Text), Column("title", Text), Column("level", BigInteger), Column("source", Text),
    Column("imported", BigInteger),
)  # fmt: skip
