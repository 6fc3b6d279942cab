"""What every installed adapter promises, whatever it is for."""

import pytest

from adapters.registry import load_adapters
from adapters.testing import CLAIMS

REGISTRY = load_adapters()


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
@pytest.mark.parametrize("name", REGISTRY.names())
def test_every_adapter_keeps_the_contract(name, claim, tmp_path):
    assert claim(REGISTRY.get(name), tmp_path) == []


def test_no_installed_adapter_is_broken():
    assert REGISTRY.problems == {}


def test_no_two_adapters_claim_one_product():
    families = [family.casefold() for name in REGISTRY.names() for family in REGISTRY.get(name).product_families]
    assert len(families) == len(set(families))


class Careless:
    """An adapter that breaks every promise it can: the claims must see it."""

    def __init__(self, **values) -> None:
        plain = dict.fromkeys(
            ("launch_profile", "package_preset", "pull", "push", "exchange", "identity", "check"), None
        )
        self.__dict__ |= {"name": "Ceroboh!", "title": " ", "product_families": (), "options": (), "doors": ()}
        self.__dict__ |= plain | values
