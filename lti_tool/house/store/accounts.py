"""Keeps staff accounts, their password hashes, and the links that are used once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, Update, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from lti_tool.errors import ToolError
from lti_tool.house.model import Account, Role
from lti_tool.house.store.tables import ACCOUNT, ACCOUNT_IDENTITY, BROWSER_SESSION, ONE_TIME_LINK, instant, moment
from xapi.database import reading, writing


class AccountStore:
    """The accounts of one institution."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def add(self, account: Account, password_hash: str) -> None:
        """Stores a new account. Raises ToolError `accounts.username_taken`."""
        with _one_username(account), writing(self._engine) as connection:
            self._insert(connection, account, password_hash)

    def add_by_link(self, account: Account, password_hash: str, link_hash: str, purpose: str, now: datetime) -> bool:
        """Uses a link up and stores the account it was for, both or neither; false when the link is not open.

        Raises ToolError `accounts.username_taken`: the link can then still be used.
        """
        with _one_username(account), writing(self._engine) as connection:
            opened = update(ONE_TIME_LINK).where(*self._open(link_hash, purpose, now)).values(used=instant(now))
            if connection.execute(opened).rowcount != 1:
                return False
            self._insert(connection, account, password_hash)
        return True

    def add_for_identity(self, account: Account, issuer: str, subject: str, *, by_group: bool) -> bool:
        """Stores the account, without a password, of an identity that waits, both or neither; false when it waits not.

        Raises ToolError `accounts.username_taken`.
        """
        table = ACCOUNT_IDENTITY.c
        waits = (table.institution == self._institution, table.issuer == issuer, table.subject == subject)
        linked = update(ACCOUNT_IDENTITY).where(*waits, table.account == "")
        with _one_username(account), writing(self._engine) as connection:
            if connection.execute(linked.values(account=account.id, by_group=by_group)).rowcount != 1:
                return False
            self._insert(connection, account, "")
        return True

    def _insert(self, connection: Connection, account: Account, password_hash: str) -> None:
        values = {
            "id": account.id,
            "institution": self._institution,
            "username": account.username,
            "name": account.name,
            "role": account.role,
            "password_hash": password_hash,
            "created": instant(account.created),
            "last_login": instant(account.last_login) if account.last_login else None,
            "active": account.active,
        }
        connection.execute(insert(ACCOUNT).values(values))

    def list(self) -> list[Account]:
        """All accounts by username, also those that are switched off."""
        with reading(self._engine) as connection:
            rows = connection.execute(self._all().order_by(ACCOUNT.c.username)).all()
        return [_account(row) for row in rows]

    def get(self, account_id: str) -> Account | None:
        """The account with this id."""
        with reading(self._engine) as connection:
            row = connection.execute(self._all().where(ACCOUNT.c.id == account_id)).first()
        return _account(row) if row else None

    def with_hash(self, username: str) -> tuple[Account, str] | None:
        """The account that logs in as `username`, with its password hash."""
        with reading(self._engine) as connection:
            row = connection.execute(self._all().where(ACCOUNT.c.username == username)).first()
        return (_account(row), row.password_hash) if row else None

    def set_password(self, account_id: str, password_hash: str) -> None:
        """Stores another hash of the same password."""
        self._change(account_id, password_hash=password_hash)

    def replace_password(self, account_id: str, password_hash: str) -> None:
        """Stores the hash of a new password, ends the account's browser sessions and closes its links: all or none."""
        with writing(self._engine) as connection:
            connection.execute(self._update(account_id).values(password_hash=password_hash))
            self._end_sessions(connection, account_id)
            self._close_links(connection, account_id)

    def set_active(self, account_id: str, active: bool) -> None:
        """Switches an account on or off; switching off ends its browser sessions and closes its links with it.

        Raises ToolError `accounts.last_admin`: looked up in that transaction, so two admins cannot end each other.
        """
        with writing(self._engine) as connection:
            if not active and self._admins(connection) == [account_id]:
                raise ToolError("accounts.last_admin", account_id)
            connection.execute(self._update(account_id).values(active=active))
            if not active:
                self._end_sessions(connection, account_id)
                self._close_links(connection, account_id)

    def _admins(self, connection: Connection) -> Sequence[str]:
        """The ids of the admins who can log in."""
        query = self._all().where(ACCOUNT.c.active, ACCOUNT.c.role == "admin")
        return [row.id for row in connection.execute(query)]

    def logged_in(self, account_id: str, now: datetime) -> None:
        """Notes the time of a login."""
        self._change(account_id, last_login=instant(now))

    def set_role(self, account_id: str, role: Role) -> None:
        """Gives an account another role and ends its browser sessions in the same transaction.

        Raises ToolError `accounts.last_admin`.
        """
        with writing(self._engine) as connection:
            if role != "admin" and self._admins(connection) == [account_id]:
                raise ToolError("accounts.last_admin", account_id)
            connection.execute(self._update(account_id).values(role=role))
            self._end_sessions(connection, account_id)

    def reset_by_link(self, link_hash: str, purpose: str, now: datetime, password_hash: str) -> str | None:
        """Uses a link up, gives the account it is for a new password and ends its sessions; None when it is not open.

        Returns the id of the account. All of it happens, or nothing.
        """
        with writing(self._engine) as connection:
            open_ = self._open(link_hash, purpose, now)
            account_id = connection.execute(select(ONE_TIME_LINK.c.subject).where(*open_)).scalar()
            if not account_id:
                return None
            connection.execute(update(ONE_TIME_LINK).where(*open_).values(used=instant(now)))
            connection.execute(self._update(account_id).values(password_hash=password_hash))
            self._end_sessions(connection, account_id)
        return str(account_id)

    def of_link(self, link_hash: str, purpose: str, now: datetime) -> Account | None:
        """The account that an open link is for."""
        with reading(self._engine) as connection:
            query = select(ONE_TIME_LINK.c.subject).where(*self._open(link_hash, purpose, now))
            account_id = connection.execute(query).scalar()
        return self.get(account_id) if account_id else None

    def _end_sessions(self, connection: Connection, account_id: str) -> None:
        table = BROWSER_SESSION.c
        own = (table.institution == self._institution, table.kind == "staff", table.subject == account_id)
        connection.execute(delete(BROWSER_SESSION).where(*own))

    def _close_links(self, connection: Connection, account_id: str) -> None:
        table = ONE_TIME_LINK.c
        own = (table.institution == self._institution, table.subject == account_id, table.used.is_(None))
        connection.execute(delete(ONE_TIME_LINK).where(*own))

    def add_link(self, link_hash: str, purpose: str, expires: datetime, subject: str = "") -> None:
        """Stores a link that can be used once until `expires`, and closes those before it; only its hash is kept.

        `subject` is the account that it is for.
        """
        values = {
            "hash": link_hash,
            "institution": self._institution,
            "purpose": purpose,
            "expires": instant(expires),
            "subject": subject,
        }
        table = ONE_TIME_LINK.c
        same = (table.institution == self._institution, table.purpose == purpose, table.subject == subject)
        older = (*same, table.used.is_(None))
        with writing(self._engine) as connection:
            connection.execute(delete(ONE_TIME_LINK).where(*older))
            connection.execute(insert(ONE_TIME_LINK).values(values))

    def link_is_open(self, link_hash: str, purpose: str, now: datetime) -> bool:
        """Whether the link can still be used."""
        with reading(self._engine) as connection:
            return (
                connection.execute(select(ONE_TIME_LINK.c.hash).where(*self._open(link_hash, purpose, now))).first()
                is not None
            )

    def _open(self, link_hash: str, purpose: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
        table = ONE_TIME_LINK.c
        return (
            table.hash == link_hash,
            table.institution == self._institution,
            table.purpose == purpose,
            table.used.is_(None),
            table.expires > instant(now),
        )

    def _all(self) -> Select:
        return select(ACCOUNT).where(ACCOUNT.c.institution == self._institution)

    def _update(self, account_id: str) -> Update:
        return update(ACCOUNT).where(ACCOUNT.c.institution == self._institution, ACCOUNT.c.id == account_id)

    def _change(self, account_id: str, **values: object) -> None:
        with writing(self._engine) as connection:
            connection.execute(self._update(account_id).values(values))


@contextmanager
def _one_username(account: Account) -> Iterator[None]:
    """The block stores `account`; a username that another account has becomes our own error."""
    try:
        yield
    except IntegrityError as cause:
        raise ToolError("accounts.username_taken", account.username, username=account.username) from cause


def _account(row: Row) -> Account:
    return Account(
        id=row.id,
        username=row.username,
        name=row.name,
        role=row.role,
        created=moment(row.created),
        last_login=moment(row.last_login) if row.last_login else None,
        active=bool(row.active),
        has_password=row.password_hash != "",
    )
