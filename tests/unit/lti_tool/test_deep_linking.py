"""Deep linking: one signed answer per launch, only to the platform, with exactly what was asked for (N51, N52)."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from lti_tool.claims import DEEP_LINKING, DEPLOYMENT, DL_DATA, DL_ITEMS, MESSAGE_TYPE, ROLES
from lti_tool.deep_linking import Answer, Choice, Told, Window, check_return_url, form_page
from lti_tool.errors import LaunchRefused
from lti_tool.jose import read_token, verify
from lti_tool.platform_keys import read_jwks
from lti_tool.testing import LEARNER

ONE = [Choice("pelayanan-publik", "Pelayanan Publik Prima")]


def claims_of(bench, answer: Answer) -> dict:
    token = read_token(answer.jwt)
    verify(token, read_jwks(json.dumps(bench.lti.keys.jwks()), ("RS256",))[token.header["kid"]])
    return token.claims


def answer(bench, choices=ONE, **settings) -> dict:
    launch = bench.deep_link(**settings)
    return claims_of(bench, bench.lti.deep_linking.answer(launch.id, launch.form_token, choices))


def test_n52_the_answer_names_both_sides_and_lives_five_minutes_at_most(bench) -> None:
    claims = answer(bench)
    assert (claims["iss"], claims["aud"]) == ("klien-1", "https://lms.example.go.id")
    assert claims[MESSAGE_TYPE] == "LtiDeepLinkingResponse"
    assert claims[DEPLOYMENT] == "7"
    assert claims["exp"] - claims["iat"] <= 300
    assert claims["nonce"]


def test_an_item_opens_the_module_and_has_a_place_in_the_gradebook(bench) -> None:
    assert answer(bench)[DL_ITEMS] == [{
        "type": "ltiResourceLink", "title": "Pelayanan Publik Prima", "custom": {"jampel_module": "pelayanan-publik"},
        "lineItem": {
            "scoreMaximum": 100, "label": "Pelayanan Publik Prima", "resourceId": "pelayanan-publik",
            "submissionReview": {"reviewableStatus": ["InProgress", "Submitted", "Completed"]},
        },
    }]  # fmt: skip


def test_no_line_item_where_none_is_wanted_or_accepted(bench) -> None:
    assert "lineItem" not in answer(bench, [Choice("m", "M", graded=False)])[DL_ITEMS][0]
    assert "lineItem" not in answer(bench, accept_lineitem=False)[DL_ITEMS][0]


def test_a_platform_that_says_nothing_of_line_items_gets_one_only_where_we_may_score(bench) -> None:
    silent = bench.fake.deep_linking_claims
    bench.fake.deep_linking_claims = lambda nonce, **more: silent(nonce, **more) | bench.fake.ags(scope=[])
    assert "lineItem" not in answer(bench)[DL_ITEMS][0]
    assert "lineItem" in answer(bench, accept_lineitem=True)[DL_ITEMS][0]


def test_times_are_stated_with_their_zone_and_only_the_given_ones(bench) -> None:
    zone = ZoneInfo("Asia/Jakarta")
    opens, closes = datetime(2026, 12, 1, 8, tzinfo=zone), datetime(2026, 12, 31, 16, tzinfo=zone)
    (item,) = answer(bench, [Choice("m", "M", available=Window(opens, closes), submission=Window(None, closes))])[
        DL_ITEMS
    ]
    assert item["available"] == {
        "startDateTime": "2026-12-01T08:00:00+07:00",
        "endDateTime": "2026-12-31T16:00:00+07:00",
    }
    assert item["submission"] == {"endDateTime": "2026-12-31T16:00:00+07:00"}


def test_a_choice_for_a_deployment_that_was_refused_since_is_not_answered(bench) -> None:
    launch = bench.deep_link()
    bench.store.deployments.refuse(launch.platform.id, launch.deployment_id, bench.clock())
    with pytest.raises(LaunchRefused) as caught:
        bench.lti.deep_linking.answer(launch.id, launch.form_token, ONE)
    assert caught.value.code == "launch.deployment_refused"


def test_messages_and_logs_go_along_where_there_are_any(bench) -> None:
    launch = bench.deep_link()
    told = Told(msg="Dua modul", log="a b")
    claims = claims_of(bench, bench.lti.deep_linking.answer(launch.id, launch.form_token, ONE, told))
    names = {name.rpartition("/")[2]: text for name, text in claims.items() if name.startswith(DEEP_LINKING)}
    assert (names["msg"], names["log"]) == ("Dua modul", "a b")
    assert not {"errormsg", "errorlog"} & set(names)
    assert {"msg", "log"} & {name.rpartition("/")[2] for name in answer(bench)} == set()


def test_errors_have_names_of_their_own(bench) -> None:
    launch = bench.deep_link()
    answered = bench.lti.deep_linking.answer(launch.id, launch.form_token, [], Told(errormsg="Kosong", errorlog="x"))
    claims = claims_of(bench, answered)
    assert (claims[DEEP_LINKING + "errormsg"], claims[DEEP_LINKING + "errorlog"]) == ("Kosong", "x")


def test_looking_at_what_is_asked_does_not_use_it_up(bench) -> None:
    launch = bench.deep_link()
    desk = bench.lti.deep_linking
    assert desk.asked(launch.id, launch.form_token).kept.context_title == "Latsar"
    with pytest.raises(LaunchRefused, match=r"deep_link\.used"):
        desk.asked(launch.id, "other")
    desk.answer(launch.id, launch.form_token, ONE)
    with pytest.raises(LaunchRefused, match=r"deep_link\.used"):
        desk.asked(launch.id, launch.form_token)


@pytest.mark.parametrize("data", ["", "a b<&>", "x" * 4000])
def test_n52_data_comes_back_exactly(bench, data: str) -> None:
    assert answer(bench, data=data)[DL_DATA] == data


def test_n52_data_that_was_not_sent_is_not_invented(bench) -> None:
    assert DL_DATA not in answer(bench)


def test_choosing_nothing_is_an_answer_too(bench) -> None:
    assert answer(bench, [])[DL_ITEMS] == []


def test_n52_several_items_only_where_the_platform_takes_several(bench) -> None:
    two = [Choice("a", "A"), Choice("b", "B")]
    assert len(answer(bench, two)[DL_ITEMS]) == 2
    with pytest.raises(LaunchRefused, match=r"deep_link\.one_only"):
        answer(bench, two, accept_multiple=False)
    with pytest.raises(LaunchRefused, match=r"deep_link\.too_many"):
        answer(bench, [Choice(str(number), "M") for number in range(51)])


def test_a_long_title_is_cut_to_what_the_platform_takes(bench) -> None:
    assert len(answer(bench, [Choice("a", "x" * 300)])[DL_ITEMS][0]["title"]) == 255


def test_n52_a_launch_is_answered_once_and_only_with_its_own_token(bench) -> None:
    first, second = bench.deep_link(), bench.deep_link()
    desk = bench.lti.deep_linking
    for launch_id, token in ((first.id, second.form_token), (first.id, ""), ("", ""), (bench.launch().id, "")):
        with pytest.raises(LaunchRefused, match=r"deep_link\.used"):
            desk.answer(launch_id, token, ONE)
    desk.answer(first.id, first.form_token, ONE)
    with pytest.raises(LaunchRefused, match=r"deep_link\.used"):
        desk.answer(first.id, first.form_token, ONE)


def test_n52_an_old_choosing_page_is_worth_nothing(bench) -> None:
    launch = bench.deep_link()
    bench.clock.advance(hours=1)
    with pytest.raises(LaunchRefused, match=r"deep_link\.used"):
        bench.lti.deep_linking.answer(launch.id, launch.form_token, ONE)


def test_n52_a_learner_cannot_choose_modules(bench) -> None:
    state, nonce, cookies = bench.login()
    token = bench.fake.token(bench.fake.deep_linking_claims(nonce) | {ROLES: [LEARNER]})
    with pytest.raises(LaunchRefused, match=r"launch\.teachers_only"):
        bench.lti.receiver.receive({"state": state, "id_token": token}, cookies)


@pytest.mark.parametrize(
    "settings",
    [{"deep_link_return_url": ""}, {"deep_link_return_url": 5}, {"accept_types": []}, {"accept_types": "x"},
     {"accept_types": ["link"]}, {"accept_presentation_document_targets": []}, {"accept_multiple": "yes"}, {"data": 5}],
)  # fmt: skip
def test_n52_broken_settings_are_refused(bench, settings) -> None:
    with pytest.raises(LaunchRefused):
        bench.deep_link(**settings)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "https://evil.example/return", "http://lms.example.go.id/return",
     "https://lms.example.go.id@evil.example/", 'https://lms.example.go.id/"><script>', "https://lms.example.go.id:8443/",
     "data:text/html,x", "https://lms.example.go.id/a b", "//lms.example.go.id/", ""],
)  # fmt: skip
def test_n51_a_return_address_elsewhere_gets_no_answer(bench, url: str) -> None:
    with pytest.raises(LaunchRefused, match=r"deep_link\.return_url"):
        check_return_url(url, bench.platform, frozenset())


def test_n51_a_listed_private_host_may_be_answered_without_https(bench) -> None:
    host = "127.0.0.1:8001"
    new = bench.fake.registration(client_id="k3", issuer=f"http://{host}", auth_url=f"http://{host}/auth")
    platform = bench.store.platforms.add(new, "3" * 32, bench.clock())
    check_return_url(f"http://{host}/return", platform, frozenset({host}))
    with pytest.raises(LaunchRefused):
        check_return_url(f"http://{host}/return", platform, frozenset())


def test_n51_the_form_escapes_everything(bench) -> None:
    page = form_page(
        Answer(bench.platform, 'https://x/"><script>', "a.b.c"), title="<b>", button="'", language='"', nonce='"'
    )
    assert "<script>" not in page
    assert "<b>" not in page
    assert page.count("<script nonce=") == 1
