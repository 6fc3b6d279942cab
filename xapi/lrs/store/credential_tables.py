"""The tables of credentials and launch grants as the queries see them; `migrations` makes them."""

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, MetaData, Table, Text

metadata = MetaData()

credential = Table(
    "credential", metadata,
    Column("key", Text, primary_key=True), Column("institution", Text), Column("name", Text), Column("scopes", Text),
    Column("source", Text), Column("allow_nip", Boolean), Column("revoked", Boolean),
    Column("secret_hash", LargeBinary), Column("old_secret_hash", LargeBinary), Column("old_until", BigInteger),
    Column("created", BigInteger), Column("last_used", BigInteger), Column("expires", BigInteger),
    Column("module", Text), Column("extensions", LargeBinary),
)  # fmt: skip
launch_grant = Table(
    "launch_grant", metadata,
    Column("token_hash", LargeBinary, primary_key=True), Column("institution", Text), Column("registration", Text),
    Column("expires", BigInteger), Column("body", LargeBinary),
)  # fmt: skip
