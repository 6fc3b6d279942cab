"""What every installed adapter promises, whatever it is for."""

import re
from dataclasses import is_dataclass

import pytest

from adapters.base import CAPABILITIES, Adapter, LaunchProfile, capabilities
from adapters.registry import load_adapters
from scorm_packager.preset import Preset

REGISTRY = load_adapters()


@pytest.fixture(params=REGISTRY.names())
def adapter(request) -> Adapter:
    return REGISTRY.get(request.param)


def test_no_installed_adapter_is_broken():
    assert REGISTRY.problems == {}


def test_it_has_a_name_to_type_and_a_title_to_read(adapter):
    assert isinstance(adapter, Adapter)
    assert re.fullmatch(r"[a-z][a-z0-9-]{1,30}", adapter.name.replace("_", "-"))
    assert adapter.title.strip()


def test_it_can_do_something(adapter):
    assert capabilities(adapter)
    assert set(capabilities(adapter)) <= set(CAPABILITIES)


def test_its_values_cannot_be_changed(adapter):
    with pytest.raises((AttributeError, TypeError)):
        adapter.name = "other"
    if adapter.launch_profile is not None:
        assert is_dataclass(adapter.launch_profile)
        with pytest.raises(AttributeError):
            adapter.launch_profile.name = "other"
        hash(adapter.launch_profile)


def test_its_launch_profile_is_one_our_launches_can_use(adapter):
    profile = adapter.launch_profile
    if profile is None:
        assert not adapter.product_families, "a product family without a way to launch"
        return
    assert isinstance(profile, LaunchProfile)
    assert profile.name == adapter.name
    assert profile.person_id({}) is None
    assert profile.title_limit > 0
    assert profile.token_backdate_seconds >= 0
    assert not profile.not_gradable_statuses & profile.stale_score_statuses
    assert all(status >= 400 for status in profile.not_gradable_statuses | profile.stale_score_statuses)
    assert profile.line_item_score_maximum(100.0) >= 1.0
    assert all("," not in value and ";" not in value for value in (
        profile.media_types.line_item, profile.media_types.line_items, profile.media_types.score,
        profile.media_types.results, profile.media_types.membership))  # fmt: skip


def test_its_package_preset_can_be_chosen_by_name(adapter):
    if adapter.package_preset is not None:
        assert isinstance(adapter.package_preset, Preset)
        assert re.fullmatch(r"[a-z0-9]+", adapter.package_preset.name)


def test_its_files_are_named_by_extension(adapter):
    if adapter.exchange is not None:
        assert adapter.exchange.extensions
        assert all(re.fullmatch(r"\.[a-z0-9]+", extension) for extension in adapter.exchange.extensions)


def test_no_two_adapters_claim_one_product():
    families = [family.casefold() for name in REGISTRY.names() for family in REGISTRY.get(name).product_families]
    assert len(families) == len(set(families))
