"""The promises of an adapter, tried over this one: `pytest test_kontrak.py` after `pip install -e .`."""

import pytest
from simpeg_contoh import ADAPTER

from adapters.testing import CLAIMS


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
def test_the_adapter_keeps(claim, tmp_path):
    assert claim(ADAPTER, tmp_path) == []
