"""A tool with one platform in one process: real stores, a platform that signs, and a network that is not there."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from lti_tool.testing import LtiHarness
from lti_tool.web.testing import Site
from xapi.testing import FixedClock


@pytest.fixture(scope="session")
def rsa_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def other_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def bench(place, tmp_path, rsa_key, clock):
    harness = LtiHarness(place if isinstance(place, str) else tmp_path, rsa_key, clock)
    yield harness
    harness.close()


@pytest.fixture
def site(place, tmp_path):
    found = Site(tmp_path / "data", url=place if isinstance(place, str) else "")
    yield found
    found.close()
