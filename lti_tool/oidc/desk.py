"""A sign-on from its beginning to the account, or to the list of those who wait for an admin."""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import msgspec

from lti_tool.accounts import Accounts
from lti_tool.errors import ToolError
from lti_tool.flow.store import FlowStore, OpenedFlow, random_text
from lti_tool.house.model import Account, Identity, SignOnSession
from lti_tool.house.store import EndedSession, House
from lti_tool.oidc.id_token import believe, check_access_token
from lti_tool.oidc.logout_token import believe_logout, session_of
from lti_tool.oidc.mapping import LEARNER, ClaimMapping, Who, missing_claims, read_claims
from lti_tool.oidc.proof import Client
from lti_tool.oidc.provider import Provider, Tokens

FLOW = "oidc"
#: Where the provider sends browsers back to, and where it says that a session has ended.
BACK_PATH, END_PATH = "/masuk/sso/kembali", "/masuk/sso/keluar"
LONGEST_CODE = 4096
#: A longer path is cut: with all signs escaped it must fit what a flow keeps.
LONGEST_PATH = 300


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the browser brought back from the provider; texts that are not there are empty."""

    state: str
    code: str = ""
    error: str = ""
    issuer: str = ""


class SignedOn(msgspec.Struct, frozen=True, kw_only=True):
    """Who came: a member of the staff with an `account`, or a learner, of whom only `who` and `subject` are known.

    `session` is the one at the provider, with which the one here ends.
    """

    account: Account | None
    subject: str
    who: Who
    session: SignOnSession
    onward: str
    changes: tuple[tuple[str, str], ...] = ()


class SignOn:
    """Single sign-on of one institution.

    Accounts are linked by issuer and subject alone: a name or an address of mail that a provider gives to somebody
    else later opens nothing (OpenID Connect Core 1.0 section 5.7).
    """

    def __init__(
        self,
        house: House,
        accounts: Accounts,
        flows: FlowStore,
        *,
        provider: Provider,
        client: Client,
        mapping: ClaimMapping,
        clock: Callable[[], datetime],
    ) -> None:
        self._house = house
        self._accounts = accounts
        self._flows = flows
        self._provider = provider
        self._client = client
        self._mapping = mapping
        self._clock = clock

    def begin(self, onward: str) -> tuple[str, OpenedFlow]:
        """The address at the provider to send the browser to, and the flow, whose `browser` the browser must keep.

        `onward` is the path that was wanted. Raises ToolError when the provider cannot be reached.
        """
        metadata, verifier = self._provider.metadata(), random_text()
        flow = self._flows.open(FLOW, "", self._clock(), request=json.dumps([verifier, onward[:LONGEST_PATH]]))
        digest = hashlib.sha256(verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self._client.id,
            "redirect_uri": self._client.redirect_uri,
            "scope": " ".join(dict.fromkeys(("openid", "profile", *self._client.scopes))),
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        address = metadata.authorization_endpoint
        return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}", flow

    def finish(self, answer: Answer, browser: str) -> SignedOn:
        """Who came back with `answer` in the browser that kept `browser`. The state is used up whatever comes of it.

        Raises ToolError: `oidc.state_lost`, `oidc.denied`, `oidc.issuer_mixed`, `oidc.code_refused`,
        `oidc.token_refused`, `oidc.userinfo_refused`, `oidc.unreachable`, `oidc.other_institution`, `oidc.waiting`,
        `oidc.no_role`, `oidc.account_off`.
        """
        waiting = self._flows.peek(answer.state, self._clock())
        flow = self._flows.take(answer.state, browser, self._clock())
        if flow is None or waiting is None or flow.platform != FLOW:
            raise ToolError("oidc.state_lost", "no such flow in this browser")
        self._check_issuer(answer.issuer)
        if answer.error or not 0 < len(answer.code) <= LONGEST_CODE:
            raise ToolError("oidc.denied", "the provider sent no code", reason=_word(answer.error))
        verifier, onward = json.loads(waiting.request)
        tokens = self._provider.redeem(answer.code, verifier, self._client)
        claims = believe(
            tokens.id_token,
            self._provider.verify,
            issuer=self._provider.issuer,
            client_id=self._client.id,
            issued=flow.issued,
            now=self._clock(),
        )
        told = self._completed(claims, tokens)
        who, subject = read_claims(self._mapping, told), claims["sub"]
        account, changes = self._recognise(subject, who)
        session = session_of(self._provider.issuer, claims)
        return SignedOn(account=account, subject=subject, who=who, session=session, onward=onward, changes=changes)

    def end(self, logout_token: str) -> list[EndedSession]:
        """Ends the sessions here of a session that the provider has ended (Back-Channel Logout 1.0 section 2.7).

        Raises ToolError `oidc.logout_refused` for a token that is not right or came before, or as `Provider.verify`.
        """
        own = {"issuer": self._provider.issuer, "client_id": self._client.id}
        logout = believe_logout(logout_token, self._provider.verify, **own, now=self._clock())
        ended = self._house.sign_on_logouts.end(logout, self._clock())
        if ended is None:
            raise ToolError("oidc.logout_refused", "the token came before", reason="jti")
        return ended

    def _completed(self, claims: dict[str, Any], tokens: Tokens) -> dict[str, Any]:
        """The claims of the ID token, and beside them those we look for that the provider tells only when asked.

        Many providers put groups and names there alone (Core section 5.4). What the signed token says goes before.
        """
        missing = missing_claims(self._mapping, claims)
        if not missing:
            return claims
        check_access_token(claims, tokens.access_token)
        found = self._provider.userinfo(tokens.access_token, claims["sub"])
        return {**found, **claims, **{name: found[name] for name in missing if name in found}}

    def logout_address(self, onward: str) -> str:
        """Where the session at the provider ends too (RP-Initiated Logout 1.0), or empty when it has no such place."""
        address = self._provider.metadata().end_session_endpoint
        if not address.startswith(("https://", "http://")):
            return ""
        query = urlencode({"client_id": self._client.id, "post_logout_redirect_uri": onward})
        return f"{address}{'&' if '?' in address else '?'}{query}"

    def _check_issuer(self, said: str) -> None:
        """RFC 9207: the answer of another provider is not taken for one of this one."""
        wanted = self._provider.metadata().authorization_response_iss_parameter_supported
        if said != self._provider.issuer and (said or wanted):
            raise ToolError("oidc.issuer_mixed", "the answer names another issuer")

    def _recognise(self, subject: str, who: Who) -> tuple[Account | None, tuple[tuple[str, str], ...]]:
        """The account of `subject`, and what was changed in it; no account is a learner."""
        known = self._house.identities.get(self._provider.issuer, subject)
        if who.role == LEARNER and (known is None or not known.account):
            return None, ()
        seen = self._house.identities.see(self._provider.issuer, subject, who.name, who.username, self._clock())
        account, changes = self._account(seen, who) if seen.account else self._first(seen, who)
        if not account.active:
            raise ToolError("oidc.account_off", account.id)
        self._house.accounts.logged_in(account.id, self._clock())
        return account, changes

    def _first(self, seen: Identity, who: Who) -> tuple[Account, tuple[tuple[str, str], ...]]:
        if not who.role:
            raise ToolError("oidc.waiting", "no group gives a role")
        account = self._accounts.accept(seen, who.role, by_group=True)
        return account, (("account.add", who.role),)

    def _account(self, seen: Identity, who: Who) -> tuple[Account, tuple[tuple[str, str], ...]]:
        account = self._house.accounts.get(seen.account)
        if account is None:
            raise ToolError("oidc.account_off", seen.account)
        if not seen.by_group or who.role == account.role:
            return account, ()
        if who.role in ("", LEARNER):  # the group that gave the role gives it no more
            self._accounts.end_all_sessions(account.id)
            raise ToolError("oidc.no_role", account.id)
        try:
            self._accounts.set_role(account.id, who.role)
        except ToolError:  # the last admin keeps the role, and comes in no more by a group that does not give it
            self._accounts.end_all_sessions(account.id)
            raise
        return msgspec.structs.replace(account, role=who.role), (("account.role", who.role),)


def _word(text: str) -> str:
    """The error code of a provider (RFC 6749 section 4.1.2.1), for people to read out; nothing longer or stranger."""
    return text if text.isascii() and text.replace("_", "").isalnum() and len(text) <= 60 else "-"
