"""A tool with one platform in one process: real stores, a platform that signs, and a network that is not there."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from adapters.base import LaunchProfile
from lti_tool.flow import FlowStore
from lti_tool.store import LtiStore
from lti_tool.testing import TOOL, FakeHttp, FakePlatform, HandClock, counting_ids, state_and_nonce
from lti_tool.http import Reply
from lti_tool.wiring import wire_lti
from xapi.database import migrate, open_database

INSTITUTION = "a" * 32


@pytest.fixture(scope="session")
def rsa_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def other_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def lti_engine(tmp_path):
    engine = open_database(tmp_path / "house.db")
    migrate(engine, "lti_tool.store")
    yield engine
    engine.dispose()


@pytest.fixture
def flow_engine(tmp_path):
    engine = open_database(tmp_path / "flow.db", durability="NORMAL")
    migrate(engine, "lti_tool.flow")
    yield engine
    engine.dispose()


class Bench:
    """The tool, its platform and the wires between them."""

    def __init__(self, lti_engine, flow_engine, rsa_key, clock) -> None:
        self.clock = clock
        self.fake = FakePlatform(rsa_key, clock)
        self.http = FakeHttp({f"GET {self.fake.issuer}/certs": Reply(200, self.fake.jwks(), {})})
        self.store = LtiStore(lti_engine, INSTITUTION)
        self.flows = FlowStore(flow_engine, INSTITUTION)
        self.platform = self.store.platforms.add(self.fake.registration(), "1" * 32, clock())
        self.store.deployments.approve(self.platform.id, self.fake.deployment, clock())
        self.profile = LaunchProfile(needs_strictly_rising_timestamps=True, not_gradable_statuses=frozenset({400}))
        self.lti = wire_lti(
            self.store, self.flows, secret=b"k" * 32, base_url=TOOL, private_hosts=(), ids=counting_ids(),
            profiles=lambda _name: self.profile, clock=clock, http=self.http,
        )

    def login(self, **changes: str):
        """State, nonce and cookies of a fresh login."""
        start = self.lti.login.start(self.fake.login_form(**changes))
        state, nonce = state_and_nonce(start.url)
        return state, nonce, {start.flow.cookie: start.flow.browser}

    def launch(self, **changes):
        """A launch from login to `Launch`, its claims changed."""
        state, nonce, cookies = self.login()
        token = self.fake.token(self.fake.claims(nonce, **changes))
        return self.lti.receiver.receive({"state": state, "id_token": token}, cookies)

    def deep_link(self, **settings):
        """A deep-linking launch with settings changed."""
        state, nonce, cookies = self.login()
        token = self.fake.token(self.fake.deep_linking_claims(nonce, **settings))
        return self.lti.receiver.receive({"state": state, "id_token": token}, cookies)


@pytest.fixture
def bench(lti_engine, flow_engine, rsa_key, clock) -> Bench:
    return Bench(lti_engine, flow_engine, rsa_key, clock)
