"""A tool with one platform in one process: real stores, a platform that signs, and a network that is not there."""

import shutil
from collections.abc import Iterator
from pathlib import Path

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


@pytest.fixture(scope="session")
def empty_tool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a tool on its first day: to copy it takes less time than to make it."""
    folder = tmp_path_factory.mktemp("kosong") / "data"
    Site(folder).close()
    return folder


@pytest.fixture
def copied_site(tmp_path: Path, empty_tool: Path) -> Iterator[Site]:
    """A tool on files alone, for pages whose stores have tests of their own on both databases."""
    shutil.copytree(empty_tool, tmp_path / "data")
    found = Site(tmp_path / "data")
    yield found
    found.close()


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """The data folder `data`, made by an operator who has not begun yet: commands take it for an installation."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "jampel.toml").touch()
    return folder
