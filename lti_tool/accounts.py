"""Staff accounts: passwords, logins with a brake, sessions, and the one-time link that makes the first admin."""

import re
import secrets
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from lti_tool.common_passwords import is_common
from lti_tool.errors import ToolError
from lti_tool.house.model import ROLES, Account, BrowserSession, Identity, SignOnSession
from lti_tool.house.store import House
from lti_tool.login_brake import Attempt, LoginBrake
from lti_tool.secret_hash import secret_hash

FIRST_ADMIN, RESET = "first-admin", "reset"
LINK_LIFE = timedelta(hours=24)
SESSION_LIFE = timedelta(hours=10)
LEARNER_SESSION_LIFE = timedelta(hours=2)
#: A session that nobody used for so long has ended, whatever life it had left.
IDLE = timedelta(minutes=30)
LONGEST_AGENT = 200
MOST_NAMESAKES = 100
#: Of new passwords, in characters. What is typed at a login may be longer: there were longer ones once.
SHORTEST_PASSWORD, LONGEST_PASSWORD, LONGEST_TYPED = 12, 128, 200


class Accounts:
    """What can be done with staff accounts of one institution.

    `hasher` is argon2id with the library's defaults unless a test brings a cheaper one.
    """

    def __init__(
        self,
        house: House,
        clock: Callable[[], datetime],
        ids: Callable[[], uuid.UUID],
        hasher: PasswordHasher | None = None,
    ) -> None:
        self._house = house
        self._clock = clock
        self._ids = ids
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_hex(16))
        self.brake = LoginBrake(house.sessions, clock)

    def create(self, username: str, name: str, role: str, password: str) -> Account:
        """A new active account. Raises ToolError when a value cannot be used or the username is taken."""
        account = self._new(username, name, role)
        check_password(password, account.username)
        self._house.accounts.add(account, self._hasher.hash(password))
        return account

    def _new(self, username: str, name: str, role: str) -> Account:
        username = username.strip().casefold()
        if not re.fullmatch(r"[a-z0-9][a-z0-9._@-]{2,63}", username):
            raise ToolError("accounts.username_invalid", "username")
        if not 1 <= len(name.strip()) <= 120:
            raise ToolError("accounts.name_invalid", "name")
        if role not in ROLES:
            raise ToolError("accounts.role_unknown", role, role=role)
        return Account(
            id=self._ids().hex,
            username=username,
            name=name.strip(),
            role=role,
            created=self._clock(),
            last_login=None,
            active=True,
        )

    def first_admin_link(self) -> str:
        """A new token for `/awal/<token>`, good once and for a day. The operator of the machine may always make one."""
        token = secrets.token_urlsafe(32)
        self._house.accounts.add_link(secret_hash(token), FIRST_ADMIN, self._clock() + LINK_LIFE)
        return token

    def link_is_open(self, token: str) -> bool:
        """Whether the token of a one-time link can still be used."""
        return self._house.accounts.link_is_open(secret_hash(token), FIRST_ADMIN, self._clock())

    def redeem(self, token: str, username: str, name: str, password: str) -> Account:
        """Uses a one-time link up and makes the admin it was for; that is their first login.

        Wrong values do not use the link up. Raises ToolError `accounts.link_closed` when it was used or has expired.
        """
        account = msgspec.structs.replace(self._new(username, name, "admin"), last_login=self._clock())
        check_password(password, account.username)
        password_hash, link_hash = self._hasher.hash(password), secret_hash(token)
        if not self._house.accounts.add_by_link(account, password_hash, link_hash, FIRST_ADMIN, self._clock()):
            raise ToolError("accounts.link_closed", "used, expired or unknown")
        return account

    def login(self, username: str, password: str, address: str, *, browser: str = "") -> Account:
        """The account that username and password belong to.

        `address` is the network address of the browser, `browser` its number when this username has logged in there
        before. Raises ToolError `accounts.login_wrong`, or `accounts.login_braked` and `accounts.login_busy` (with
        `seconds`); the password is then not looked at.
        """
        account = self.confirm(username, password, address, browser=browser)
        self._house.accounts.logged_in(account.id, self._clock())
        return account

    def confirm(self, username: str, password: str, address: str, *, browser: str = "") -> Account:
        """As `login`, of somebody who need not come in: who is inside and asks for what a stolen session must not do.

        An account that came by a single sign-on has no password, and none is right.
        """
        attempt = Attempt(username.strip().casefold(), address, browser)
        with self.brake.turn(attempt):
            found = self._house.accounts.with_hash(attempt.username)
            known = found[1] if found else ""
            right = self._verify(known or self._nobody, password) and known != ""
            if not found or not right or not found[0].active:
                self.brake.failed(attempt)
                raise ToolError("accounts.login_wrong", "wrong username or password")
        self.brake.passed(attempt)
        if self._hasher.check_needs_rehash(found[1]):
            self._house.accounts.set_password(found[0].id, self._hasher.hash(password))
        return found[0]

    def _verify(self, password_hash: str, password: str) -> bool:
        if len(password) > LONGEST_TYPED:
            return False
        try:
            return self._hasher.verify(password_hash, password)
        except (Argon2Error, InvalidHashError):
            return False

    def change_password(self, account_id: str, password: str) -> None:
        """Gives an account a new password, ends its sessions and closes the links that could give it another.

        Raises ToolError `accounts.unknown`, or `accounts.no_password` for an account of a single sign-on.
        """
        account = self._with_password(account_id)
        check_password(password, account.username)
        self._house.accounts.replace_password(account_id, self._hasher.hash(password))

    def reset_link(self, account_id: str) -> str:
        """A new token for `/sandi/<token>`, with which the account gets a new password: good once and for a day.

        Raises ToolError `accounts.unknown`, or `accounts.no_password` for an account of a single sign-on.
        """
        self._with_password(account_id)
        token = secrets.token_urlsafe(32)
        self._house.accounts.add_link(secret_hash(token), RESET, self._clock() + LINK_LIFE, account_id)
        return token

    def _with_password(self, account_id: str) -> Account:
        """The account, when it is one that has a password: a single sign-on must not get a second door beside it."""
        account = self._house.accounts.get(account_id)
        if account is None:
            raise ToolError("accounts.unknown", account_id)
        if not account.has_password:
            raise ToolError("accounts.no_password", account_id)
        return account

    def account_to_reset(self, token: str) -> Account:
        """The account that a link of `reset_link` is for. Raises ToolError `accounts.reset_closed`."""
        account = self._house.accounts.of_link(secret_hash(token), RESET, self._clock())
        if account is None:
            raise ToolError("accounts.reset_closed", "used, expired or unknown")
        return account

    def reset(self, token: str, password: str) -> Account:
        """Uses a link up: the new password holds and all sessions of the account end. A weak password uses up nothing.

        Raises ToolError `accounts.reset_closed`.
        """
        account = self.account_to_reset(token)
        check_password(password, account.username)
        hashed = self._hasher.hash(password)
        if self._house.accounts.reset_by_link(secret_hash(token), RESET, self._clock(), hashed) is None:
            raise ToolError("accounts.reset_closed", "used, expired or unknown")
        return account

    def set_role(self, account_id: str, role: str) -> None:
        """Gives an account another role and ends its sessions. The last active admin keeps the role."""
        if role not in ROLES:
            raise ToolError("accounts.role_unknown", role, role=role)
        self._house.accounts.set_role(account_id, role)

    def accept(self, identity: Identity, role: str, *, by_group: bool = False) -> Account:
        """Makes the account, without a password, of an identity of a single sign-on that waits.

        A username that is taken gets a number. Raises ToolError `oidc.not_waiting` when somebody decided meanwhile.
        """
        wanted = _plain_username(identity.username or identity.name)
        for number in range(1, MOST_NAMESAKES):
            account = self._new(wanted if number == 1 else f"{wanted}-{number}", identity.name, role)
            if self._house.accounts.with_hash(account.username) is not None:
                continue
            place = (identity.issuer, identity.subject)
            if not self._house.accounts.add_for_identity(account, *place, by_group=by_group):
                raise ToolError("oidc.not_waiting", "decided meanwhile")
            return account
        raise ToolError("accounts.username_taken", wanted, username=wanted)

    def set_active(self, account_id: str, active: bool) -> None:
        """Switches an account on or off. The last active admin cannot be switched off."""
        self._house.accounts.set_active(account_id, active)

    def start_session(
        self, kind: str, subject: str, *, address: str = "", agent: str = "", sign_on: SignOnSession | None = None
    ) -> str:
        """A new session token for a staff account (`staff`, its id) or a learner (`learner`, the person id).

        `address` and `agent` are what the browser is recognised by in the list of sessions; `sign_on` is the session at
        the single sign-on that it came from. Raises ToolError `oidc.ended_there` when that has ended meanwhile.
        """
        token = secrets.token_urlsafe(32)
        now = self._clock()
        life = SESSION_LIFE if kind == "staff" else LEARNER_SESSION_LIFE
        self._house.sessions.start(
            secret_hash(token),
            kind,
            subject,
            now=now,
            expires=now + life,
            address=address,
            agent=agent[:LONGEST_AGENT],
            sign_on=sign_on,
        )
        return token

    def session_account(self, token: str) -> Account | None:
        """The active account that a staff session belongs to; the session is in use."""
        account_id = self._house.sessions.visit(secret_hash(token), "staff", self._clock(), IDLE)
        account = self._house.accounts.get(account_id) if account_id else None
        return account if account and account.active else None

    def session_person(self, token: str) -> str | None:
        """The person id that a learner session belongs to; the session is in use."""
        return self._house.sessions.visit(secret_hash(token), "learner", self._clock(), IDLE)

    def sessions(self, account_id: str) -> list[BrowserSession]:
        """The browsers in which an account is logged in."""
        return self._house.sessions.list("staff", account_id, self._clock(), IDLE)

    def end_all_sessions(self, account_id: str) -> None:
        """Logs an account out everywhere."""
        self._house.sessions.end_all("staff", account_id)

    def end_session(self, token: str) -> None:
        """Ends a session: the token is worth nothing from now on, wherever a copy lies."""
        self._house.sessions.end(secret_hash(token))


def _plain_username(text: str) -> str:
    """`text` of another system as a username of ours."""
    plain = re.sub(r"[^a-z0-9._@-]+", "-", text.strip().casefold())[:60].strip("._@-")
    return plain if len(plain) >= 3 else f"akun-{plain}" if plain else "akun-sso"


def check_password(password: str, username: str) -> None:
    """Raises ToolError when `password` is too short, too long, made of the username or few signs, or a common one."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise ToolError("accounts.password_length", "length", shortest=SHORTEST_PASSWORD, longest=LONGEST_PASSWORD)
    if username in password.casefold() or len(set(password)) < 5:
        raise ToolError("accounts.password_simple", "simple")
    if is_common(password):
        raise ToolError("accounts.password_common", "common")
