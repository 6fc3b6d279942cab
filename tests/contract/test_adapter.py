"""What every installed adapter promises, whatever it is for."""

from types import SimpleNamespace

import pytest

from adapters.base import FileRecords, LaunchProfile
from adapters.errors import AdapterError
from adapters.registry import load_adapters
from adapters.remote import Door, Option
from adapters.testing import CLAIMS
from lti_tool.testing_systems import ScriptedPush

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
    """An adapter that breaks the promises told in `values`, and none of the others by itself."""

    def __init__(self, **values) -> None:
        can = ("launch_profile", "package_preset", "pull", "push", "exchange", "identity", "check")
        plain = {"name": "ceroboh", "title": "Ceroboh", "product_families": (), "options": (), "doors": ()}
        self.__dict__ |= dict.fromkeys(can) | plain | values


def crash(*_args):
    raise KeyError("x")


def tells_its_secret(given, _cursor):
    raise AdapterError("remote.unreachable", given.options["token"], host=given.options["token"])


CREDULOUS = SimpleNamespace(
    extensions=(".csv", "XLSX"), source="mana saja", read=lambda _path, _connection: FileRecords([object()])
)
TOKEN = (Option(name="token", text="Tanpa terjemahan", secret=True, default="abc"),)


SECRETIVE = (Option(name="token", text="Opsi", secret=True, package="lti_tool"),)


@pytest.mark.parametrize(
    ("claim", "values"),
    [
        ("it_has_a_name_to_type_and_a_title_to_read", {"name": "Ceroboh!"}),
        ("it_has_a_name_to_type_and_a_title_to_read", {"title": " "}),
        ("it_can_do_something", {}),
        ("its_values_cannot_be_changed", {}),
        ("its_launch_profile_is_one_our_launches_can_use", {"product_families": ("x",)}),
        ("its_launch_profile_is_one_our_launches_can_use", {"launch_profile": LaunchProfile(title_limit=0)}),
        ("its_package_preset_can_be_chosen_by_name", {"package_preset": "moodle"}),
        ("its_options_are_documented", {"options": TOKEN}),
        ("its_doors_have_texts", {"doors": (Door(name="Web", confirmed="mungkin", text=""),)}),
        ("its_files_are_named_by_extension", {"exchange": CREDULOUS}),
        ("it_refuses_hostile_files", {"exchange": CREDULOUS}),
        ("it_refuses_hostile_files", {"exchange": SimpleNamespace(extensions=(".csv",), read=crash)}),
        ("it_pulls_nothing_without_a_connection", {"pull": SimpleNamespace(source="sheet", pages=crash)}),
        (
            "it_pulls_nothing_without_a_connection",
            {"pull": SimpleNamespace(source="sheet", pages=tells_its_secret), "options": SECRETIVE},
        ),
        ("it_prepares_a_credit_the_same_each_time", {"push": SimpleNamespace(prepare=crash)}),
        ("it_sends_nothing_without_a_connection", {"push": ScriptedPush()}),
        ("its_check_says_what_is_the_matter", {"check": SimpleNamespace(lines=crash)}),
    ],
)
def test_a_broken_promise_is_seen(claim, values, tmp_path):
    found = next(one for one in CLAIMS if one.__name__ == claim)
    assert found(Careless(**values), tmp_path)
