"""Launches that must be let in, and what is known after them."""

import pytest

from lti_tool.claims import CONTEXT, CUSTOM, LIS, PRESENTATION, RESOURCE_LINK, ROLES, TARGET
from lti_tool.testing import INSTRUCTOR, TOOL

NIP = "198501012099031001"


def test_a_learner_gets_in_with_what_the_platform_told(bench) -> None:
    launch = bench.launch(
        name="Sari", **bench.fake.ags(),
        **{LIS: {"person_sourcedid": NIP}, CUSTOM: {"jampel_module": "pelayanan", "x": "$User.username"},
           PRESENTATION: {"return_url": "https://lms.example.go.id/back", "locale": "id"}},
    )  # fmt: skip
    assert (launch.subject, launch.roles, launch.module, launch.nip_text) == ("2", {"learner"}, "pelayanan", NIP)
    assert (launch.context_title, launch.resource_link_id, launch.locale) == ("Latsar", "link-1", "id")
    assert launch.ags.line_item.endswith("/5/lineitem?type_id=1")
    assert "x" not in launch.custom
    assert NIP not in repr(launch)


def test_a_link_from_a_cartridge_names_its_module_in_its_address(bench) -> None:
    """Moodle's import of a Common Cartridge keeps the address of a link and drops its custom values."""
    address = f"{TOOL}/lti/launch?jampel_module=pelayanan"
    assert bench.launch(**{TARGET: address}).module == "pelayanan"
    assert bench.launch(**{TARGET: address, CUSTOM: {"jampel_module": "lain"}}).module == "lain"


def test_coming_back_resumes_the_same_registration_and_another_learner_has_another(bench) -> None:
    first, again, other = bench.launch(), bench.launch(), bench.launch(sub="3")
    assert first.registration == again.registration != other.registration
    assert first.id != again.id


def test_the_same_link_in_another_deployment_is_another_registration(bench) -> None:
    first = bench.launch()
    bench.fake.deployment = "8"
    bench.store.deployments.approve(bench.platform.id, "8", bench.clock())
    assert bench.launch().registration != first.registration


def test_a_change_of_role_counts_from_the_next_launch(bench) -> None:
    registration = bench.launch().registration
    assert bench.store.launches.link(registration).learner
    assert bench.launch(**{ROLES: [INSTRUCTOR]}).roles == {"teacher"}
    assert not bench.store.launches.link(registration).learner


def test_a_line_item_that_the_claim_no_longer_names_is_remembered(bench) -> None:
    registration = bench.launch(**bench.fake.ags()).registration
    bench.launch(**bench.fake.ags(lineitem=None))
    assert bench.store.launches.link(registration).line_item.endswith("/5/lineitem?type_id=1")


def test_several_audiences_are_legal_when_azp_is_ours(bench) -> None:
    assert bench.launch(aud=["x", "klien-1"], azp="klien-1").subject == "2"


@pytest.mark.parametrize("seconds", [2, 59, -59])
def test_clocks_may_differ_by_a_minute(bench, seconds: int) -> None:
    now = int(bench.clock().timestamp())
    assert bench.launch(iat=now + seconds, exp=now + seconds + 60)


def test_an_empty_list_of_roles_gets_in_without_rights(bench) -> None:
    assert bench.launch(**{ROLES: []}).roles == frozenset()


def test_a_launch_without_context_and_names_is_enough(bench) -> None:
    state, nonce, cookies = bench.login()
    claims = bench.fake.claims(nonce)
    claims.pop(CONTEXT)
    launch = bench.lti.receiver.receive({"state": state, "id_token": bench.fake.token(claims)}, cookies)
    assert (launch.name, launch.nip_text, launch.context_id) == (None, None, "")


def test_warm_launches_ask_the_platform_nothing(bench) -> None:
    for _ in range(3):
        bench.launch()
    assert bench.http.called("GET") == 1


def test_nothing_personal_is_in_the_list_of_launches(bench) -> None:
    bench.launch(name="Sari", **{LIS: {"person_sourcedid": NIP}, RESOURCE_LINK: {"id": "link-1"}})
    assert [line.roles for line in bench.store.launches.last()] == ["learner"]
    with bench.engine.connect() as connection:
        kept = str(connection.exec_driver_sql("SELECT * FROM lti_launch").all()) + str(
            connection.exec_driver_sql("SELECT * FROM lti_link").all()
        )
    assert "Sari" not in kept
    assert NIP not in kept


def test_the_state_can_be_used_by_two_tabs_in_any_order(bench) -> None:
    first, second = bench.login(), bench.login()
    cookies = {**first[2], **second[2]}
    for state, nonce, _ in (second, first):
        assert bench.lti.receiver.receive(
            {"state": state, "id_token": bench.fake.token(bench.fake.claims(nonce))}, cookies
        )
