"""Our four import names belong to us alone: other distributions use some of them and would overwrite our files."""

from importlib.metadata import packages_distributions

from lti_tool.import_names import OUR_NAMES, foreign_owners


def test_each_import_name_has_one_owner() -> None:
    assert foreign_owners(packages_distributions()) == {}


def test_a_second_owner_is_caught() -> None:
    """A stock-trading API on PyPI also installs a top-level package named `xapi`."""
    installed = {name: ["jampel"] for name in OUR_NAMES} | {"xapi": ["jampel", "some-trading-api"]}
    assert foreign_owners(installed) == {"xapi": ["some-trading-api"]}


def test_a_stolen_name_is_caught() -> None:
    installed = {name: ["jampel"] for name in OUR_NAMES} | {"adapters": ["adapter-hub"]}
    assert foreign_owners(installed) == {"adapters": ["adapter-hub"]}


def test_editable_installs_that_list_no_names_are_fine() -> None:
    assert foreign_owners({}) == {}
