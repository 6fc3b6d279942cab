"""The desk where platforms register: an invite opens it, a preview comes first, and only a confirmation registers."""

import json
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec

from adapters.base import LaunchProfile
from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.flow.store import random_text
from lti_tool.http import PlatformHttp
from lti_tool.launch import Profiles
from lti_tool.registration.configuration import Configuration, is_address, read_configuration
from lti_tool.registration.reply import Registered, read_reply
from lti_tool.registration.request import Addresses, Asked, asked_of, tool_registration
from lti_tool.registration.ticket import (
    LIFETIME_SECONDS,
    LONGEST_TOKEN,
    Shown,
    check,
    seal,
    token_hash,
    unseal,
)
from lti_tool.store import LtiStore, NewPlatform, Platform
from lti_tool.store.invites import Invite

GENERIC = LaunchProfile().name


class Preview(msgspec.Struct, frozen=True):
    """What the administrator sees before agreeing: `known` are registrations of the same issuer, `form` the sealed
    ticket, `bound` the platform that this invite may renew (None for a new one)."""

    invite: Invite
    address: str
    configuration: Configuration
    asked: Asked
    known: tuple[Platform, ...]
    bound: Platform | None
    form: str
    registration_token: str

    def __repr__(self) -> str:
        return f"Preview({self.invite.id})"  # the rest holds a token


class Outcome(msgspec.Struct, frozen=True):
    """A registration that is done.

    `address` is that of the configuration; `new` is False when it renewed an existing one; `waits` when an
    administrator has to switch the tool on over there; `missing` is what the platform did not grant; `blocked` when the
    platform is known to refuse to fetch our keys, because our address is private or has an odd port.
    """

    platform: Platform
    address: str
    deployment: str
    new: bool
    waits: bool
    missing: tuple[str, ...]
    blocked: bool


class NotRegistered(LaunchRefused):
    """The platform did not register us, and nothing is stored; `again` is the preview to try once more from."""

    def __init__(self, cause: ToolError, again: Preview) -> None:
        status = cause.status if isinstance(cause, LaunchRefused) else 502
        super().__init__(cause.code, cause.detail, status=status, **cause.params)
        self.again = again


class RegistrationDesk:
    """Registers platforms by invite.

    `secret` signs the confirmation form; `http` is the guarded way out; `ours` are the tool's addresses.
    """

    def __init__(
        self,
        store: LtiStore,
        http: PlatformHttp,
        *,
        secret: bytes,
        ours: Addresses,
        profiles: Profiles,
        clock: Callable[[], datetime],
        ids: Callable[[], UUID],
    ) -> None:
        self._store = store
        self._http = http
        self._secret = secret
        self._ours = ours
        self._profiles = profiles
        self._clock = clock
        self._ids = ids

    def invite(self, token: str) -> Invite:
        """The open invite that `token` belongs to; raises LaunchRefused (404) when there is none."""
        found = self._store.invites.find(token, self._clock())
        if found is None:
            raise LaunchRefused("registration.invite", "unknown, expired or ended invite", status=404)
        return found

    def preview(self, invite: Invite, address: str, registration_token: str) -> Preview:
        """Fetches the configuration at `address` and says what a registration would mean; nothing is sent or stored.

        Raises ToolError when the configuration cannot be fetched or must not be trusted.
        """
        if not address:
            raise LaunchRefused("registration.no_configuration", "no openid_configuration")
        if not is_address(address):
            raise LaunchRefused("registration.address", "openid_configuration is not an address")
        if len(registration_token) > LONGEST_TOKEN or not is_header_text(registration_token):
            raise LaunchRefused("registration.token", "registration_token cannot be sent")
        reply = self._http.get(address, accept="application/json")
        if reply.status != 200:
            raise LaunchRefused("registration.configuration_status", "not 200", status=502, answer=reply.status)
        configuration = read_configuration(reply.body, address, self._http.check)
        bound = self._store.platforms.get(invite.platform) if invite.platform else None
        if bound is not None and bound.issuer != configuration.issuer:
            raise LaunchRefused("registration.other_platform", "the invite is of another platform", name=bound.name)
        return self._preview(invite, address, configuration, registration_token)

    def confirm(self, invite: Invite, form: str, registration_token: str) -> Outcome:
        """Registers at the platform as shown and agreed, and stores it.

        Raises LaunchRefused when the form is not ours, used or too old; NotRegistered when the platform gave us no
        usable registration; LaunchRefused (409) when its answer would replace a registration that is not this
        invite's.
        """
        now = self._clock()
        shown = unseal(form, self._secret)
        check(shown, invite.id, registration_token, int(now.timestamp()))
        if not self._store.invites.use(shown.ticket, shown.expires, now):
            raise LaunchRefused("registration.form_used", "the form was used", status=409)
        try:
            registered = self._register(shown.configuration, registration_token)
        except ToolError as cause:
            again = self._preview(invite, shown.address, shown.configuration, registration_token)
            raise NotRegistered(cause, again) from cause
        return self._keep(invite, shown, registered)

    def is_active(self, invite: Invite) -> bool:
        """Whether the platform of `invite` has launched, or tried to, since it was registered."""
        return invite.platform is not None and self._store.registrations.has_been_seen(invite.platform)

    def _preview(self, invite: Invite, address: str, configuration: Configuration, token: str) -> Preview:
        shown = Shown(
            invite=invite.id,
            ticket=random_text(),
            expires=int(self._clock().timestamp()) + LIFETIME_SECONDS,
            address=address,
            configuration=configuration,
            token_hash=token_hash(token),
        )
        platforms = self._store.platforms.list()
        return Preview(
            invite,
            address,
            configuration,
            asked_of(configuration),
            tuple(one for one in platforms if one.issuer == configuration.issuer),
            next((one for one in platforms if one.id == invite.platform), None),
            seal(shown, self._secret),
            token,
        )

    def _register(self, configuration: Configuration, registration_token: str) -> Registered:
        body = json.dumps(tool_registration(self._ours, configuration), ensure_ascii=False).encode()
        headers = {"Authorization": f"Bearer {registration_token}"} if registration_token else {}
        reply = self._http.post(
            configuration.registration_url,
            body,
            content_type="application/json",
            accept="application/json",
            headers=headers,
        )
        return read_reply(reply, self._ours, self._profiles(configuration.product).registration_statuses)

    def _keep(self, invite: Invite, shown: Shown, registered: Registered) -> Outcome:
        configuration = shown.configuration
        profile = self._profiles(configuration.product)
        new = NewPlatform(
            name=invite.name,
            issuer=configuration.issuer,
            client_id=registered.client_id,
            auth_url=configuration.auth_url,
            token_url=configuration.token_url,
            jwks_url=configuration.jwks_url,
            token_audience=configuration.token_audience,
            profile=configuration.product if profile.name != GENERIC else GENERIC,
        )
        kept = self._store.registrations.register(
            invite.id, new, registered.deployment, platform_id=self._ids().hex, now=self._clock()
        )
        asked = asked_of(configuration)
        granted = asked if registered.scopes is None else msgspec.structs.replace(asked, scopes=registered.scopes)
        return Outcome(
            kept.platform,
            shown.address,
            registered.deployment,
            new=kept.new,
            waits=profile.awaits_activation,
            missing=granted.missing,
            blocked=profile.private_jwks_blocked and self._is_out_of_reach(),
        )

    def _is_out_of_reach(self) -> bool:
        """Whether our own keys lie where a cautious platform fetches nothing: the guard for platforms judges us too."""
        try:
            self._http.check(self._ours.jwks)
        except ToolError as error:
            odd_port = error.code == "http.not_https" and error.params.get("port") not in (80, 443)
            return odd_port or error.code == "http.private_address"
        return False


def is_header_text(text: str) -> bool:
    """Whether `text` may stand in a header: printable ASCII without spaces."""
    return text.isascii() and text.isprintable() and " " not in text
