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
    Column("valid_from", Text), Column("valid_to", Text),
)  # fmt: skip
alias = Table(
    "alias", metadata, Column("institution", Text), Column("alias", Text), Column("person", Text),
)  # fmt: skip
waiting = Table(
    "waiting", metadata,
    Column("institution", Text), Column("person", Text), Column("issuer", Text), Column("subject", Text),
    Column("name", Text), Column("first_seen", BigInteger),
)  # fmt: skip
