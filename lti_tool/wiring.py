"""Puts the LTI parts together: what the web, the worker and the command use of LTI, made once per institution."""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from adapters.base import LaunchProfile
from adapters.errors import AdapterError
from adapters.registry import Registry
from lti_tool.debugger.desk import Debugger
from lti_tool.deep_linking import DeepLinkingDesk
from lti_tool.flow import FlowStore
from lti_tool.groups import Groups
from lti_tool.http import PlatformHttp
from lti_tool.jwks_fetches import JwksFetches
from lti_tool.keys import ToolKeys
from lti_tool.launch import Profiles, Receiver
from lti_tool.line_items import LineItems
from lti_tool.login import Login
from lti_tool.notices.receive import NoticeDesk
from lti_tool.notices.subscribe import Subscriber
from lti_tool.observer import Observer
from lti_tool.platform_keys import PlatformKeys
from lti_tool.platform_services import PlatformServices
from lti_tool.registration.desk import RegistrationDesk
from lti_tool.registration.request import Addresses
from lti_tool.results import Results
from lti_tool.roster import Roster
from lti_tool.score_sender import ScoreSender
from lti_tool.store import LtiStore
from lti_tool.tokens import ServiceTokens
from xapi.lrs.forwarding import Sealer


@dataclass(frozen=True, slots=True, kw_only=True)
class LtiParts:
    """LTI of one institution: `score_sender` is the worker's handler of jobs of the kind `score`."""

    store: LtiStore
    keys: ToolKeys
    jwks_fetches: JwksFetches
    login: Login
    receiver: Receiver
    deep_linking: DeepLinkingDesk
    services: PlatformServices
    score_sender: ScoreSender
    roster: Roster
    groups: Groups
    notices: NoticeDesk
    subscriber: Subscriber
    results: Results
    line_items: LineItems
    registration: RegistrationDesk
    debugger: Debugger
    profiles: Profiles
    clock: Callable[[], datetime]
    http: PlatformHttp


def wire_lti(
    store: LtiStore,
    flows: FlowStore,
    *,
    secret: bytes,
    base_url: str,
    private_hosts: Collection[str],
    profiles: Profiles,
    clock: Callable[[], datetime],
    ids: Callable[[], uuid.UUID],
    http: PlatformHttp | None = None,
) -> LtiParts:
    """All parts over `store` and `flows`.

    `secret` (32 bytes) seals the signing keys; `base_url` is the tool's public address without a trailing slash;
    `private_hosts` are the `host:port` that may be called although they are private or not https; `profiles` gives a
    platform's behaviour by name (see `profiles_of`).
    """
    http = http or PlatformHttp(private_hosts)
    keys = ToolKeys(store, secret, clock)
    login = Login(store, flows, base_url, clock, profiles)
    platform_keys = PlatformKeys(http, store.platforms, clock)
    services = PlatformServices(http, ServiceTokens(http, keys, profiles, clock))
    line_items = LineItems(services, profiles)
    receiver = Receiver(store, flows, platform_keys, login, profiles, clock, ids)
    debugger = Debugger(store, Sealer(secret), base_url, clock=clock, ids=ids)
    receiver.witness = login.witness = debugger
    receiver.observer = Observer(store, clock)
    return LtiParts(
        store=store,
        keys=keys,
        jwks_fetches=JwksFetches(store, clock),
        login=login,
        clock=clock,
        http=http,
        services=services,
        receiver=receiver,
        debugger=debugger,
        profiles=profiles,
        deep_linking=DeepLinkingDesk(store, keys, profiles, frozenset(private_hosts), clock),
        score_sender=ScoreSender(store, services, line_items, profiles, clock),
        roster=Roster(services, profiles, clock),
        groups=Groups(services, profiles),
        notices=NoticeDesk(store, platform_keys, clock),
        subscriber=Subscriber(store, services, f"{base_url}/lti/notices", clock),
        results=Results(services, profiles),
        line_items=line_items,
        registration=RegistrationDesk(
            store, http, secret=secret, ours=Addresses(base_url), profiles=profiles, clock=clock, ids=ids
        ),
    )


def profiles_of(registry: Registry) -> Profiles:
    """The launch profile of an adapter by name; a name that no adapter has behaves as the standard says."""

    def find(name: str) -> LaunchProfile:
        try:
            return registry.get(name).launch_profile or LaunchProfile()
        except AdapterError:
            return LaunchProfile()

    return find
