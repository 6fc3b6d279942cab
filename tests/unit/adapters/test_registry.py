"""The registry: whatever a plugin does, the others are found, and what is wrong with it is said."""

from importlib.metadata import EntryPoint

import pytest

from adapters.base import LaunchProfile, System
from adapters.errors import AdapterError
from adapters.registry import GROUP, load_adapters

GOOD = EntryPoint("generic", "adapters.generic:ADAPTER", GROUP)
MOODLE = EntryPoint("moodle", "adapters.moodle:ADAPTER", GROUP)


def test_our_own_adapters_are_installed():
    registry = load_adapters()
    assert {"generic", "moodle", "spreadsheet"} <= set(registry.names())
    assert registry.problems == {}


@pytest.mark.parametrize(
    ("point", "code"),
    [
        (EntryPoint("siakad", "no.such.module:ADAPTER", GROUP), "adapter.broken"),
        (EntryPoint("siakad", "adapters.generic:NOTHING", GROUP), "adapter.broken"),
        (EntryPoint("siakad", "adapters.errors:AdapterError", GROUP), "adapter.not_an_adapter"),
        (EntryPoint("siakad", "adapters.generic:ADAPTER", GROUP), "adapter.other_name"),
    ],
)
def test_a_broken_plugin_says_so_and_leaves_the_others_alone(point, code):
    registry = load_adapters([GOOD, point])
    assert registry.names() == ["generic"]
    with pytest.raises(AdapterError) as caught:
        registry.get("siakad")
    assert caught.value.code == code
    assert caught.value.params["name"] == "siakad"


def test_two_plugins_of_one_name_are_both_refused_rather_than_guessed():
    registry = load_adapters([GOOD, MOODLE, EntryPoint("moodle", "adapters.generic:ADAPTER", GROUP)])
    with pytest.raises(AdapterError) as caught:
        registry.get("moodle")
    assert caught.value.code == "adapter.duplicate"
    assert registry.for_product("moodle").name == "generic"


def test_the_same_point_listed_twice_is_one():
    assert load_adapters([GOOD, MOODLE, MOODLE]).problems == {}


def test_an_unknown_name_is_refused_with_those_that_exist():
    with pytest.raises(AdapterError) as caught:
        load_adapters([GOOD]).get("siasn")
    assert caught.value.params == {"name": "siasn", "known": "generic"}


@pytest.mark.parametrize(("family", "name"), [("moodle", "moodle"), ("Moodle ", "moodle"), ("canvas", "generic"),
                                              ("", "generic"), (None, "generic")])  # fmt: skip
def test_a_platform_is_known_by_its_product_family(family, name):
    assert load_adapters([GOOD, MOODLE]).for_product(family).name == name


def test_an_adapter_without_launches_never_answers_for_a_platform(monkeypatch):
    import adapters.generic

    silent = System(name="generic", title="x", product_families=("moodle",), launch_profile=LaunchProfile())
    monkeypatch.setattr(adapters.generic, "ADAPTER", silent)
    assert load_adapters([GOOD]).for_product("moodle") is silent


def test_presets_are_found_by_their_name():
    assert set(load_adapters([GOOD, MOODLE]).presets()) == {"generic", "moodle45"}
