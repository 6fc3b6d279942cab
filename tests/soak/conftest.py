"""An LRS in a process of its own, for tests that kill."""

import pytest

from tests.soak.lrs_server import LrsProcess


@pytest.fixture
def lrs(tmp_path):
    process = LrsProcess(tmp_path / "lrs.db")
    yield process
    process.kill()
