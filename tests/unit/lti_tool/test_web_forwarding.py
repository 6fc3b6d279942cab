"""The page of forwarding: targets with their state, what was refused and why, and buttons that do what they say."""

import pytest

from lti_tool.web.testing import send
from xapi.errors import ForwardError
from xapi.lrs.forwarding.store import Result

PAGE = "/admin/penerusan/"
SECRET = "rahasia-sangat-panjang"
FORM = {
    "name": "Pusat",
    "endpoint": "https://lrs.pusat.example.go.id/xapi/",
    "version": "2.0.0",
    "key": "kunci-kita",
    "secret": SECRET,
    "verbs": "http://adlnet.gov/expapi/verbs/completed\n\n",
    "sources": ["launch", "lms_record"],
    "attachments": "y",
}
REASON = "HTTP 400 verb not allowed"


@pytest.fixture
def admin(site):
    return site.staff("admin")


@pytest.fixture
def target(site, admin):
    assert send(admin, PAGE, PAGE, **FORM).status_code == 303
    return site.services.forwards.named("Pusat")


def settle(site, target, **result) -> None:
    """What a worker would have written."""
    store, now = site.services.forward_store, site.clock()
    leased = store.lease(target.id, "pekerja", now, 60)
    assert store.settle(leased, Result(**{"position": 0, **result}), now)


def hold(site, target, seq: int = 7) -> None:
    settle(site, target, refused=[(seq, "11111111-1111-4111-8111-111111111111", REASON)])


def actions(site) -> list[str]:
    return [line.action for line in site.services.house.log.last()]


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_opens_on_an_empty_installation(admin, language) -> None:
    assert admin.get(f"{PAGE}?lang={language}").status_code == 200


def test_a_target_is_added_with_what_was_chosen_and_its_secret_is_never_shown(site, admin, target) -> None:
    assert target.selection.verbs == ("http://adlnet.gov/expapi/verbs/completed",)
    assert target.selection.sources == ("launch", "lms_record")
    assert (target.version, target.attachments, target.position) == ("2.0.0", True, 0)
    shown = admin.get(PAGE).text + admin.get(f"{PAGE}{target.id}").text
    assert "https://lrs.pusat.example.go.id/xapi/" in shown
    assert SECRET not in shown
    assert actions(site)[0] == "forward.add"


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "lrs.pusat"},
        {"endpoint": "http://lrs.pusat.example.go.id/xapi/"},
        {"endpoint": "https://a:b@lrs.pusat.example.go.id/"},
        {"verbs": "selesai"},
        {"sources": ["tidak-ada"]},
        {"version": "0.9"},
        {"secret": ""},
    ],
)
def test_a_wrong_target_is_shown_back_without_its_secret_and_not_kept(site, admin, wrong) -> None:
    answer = send(admin, PAGE, PAGE, **{**FORM, **wrong})
    assert answer.status_code == 400
    assert "Pusat" in answer.text
    assert SECRET not in answer.text
    assert site.services.forwards.all() == []


def test_a_failure_is_shown_in_plain_words_with_its_remedy(site, admin, target) -> None:
    settle(site, target, error=ForwardError("forward.credential", status=401))
    page = admin.get(f"{PAGE}{target.id}").text
    assert "Berhenti" in page
    assert "Minta kredensial yang berlaku" in page
    assert "Ask its administrator" in admin.get(f"{PAGE}{target.id}?lang=en").text
    assert "Minta kredensial" in admin.get(f"{PAGE}?lang=id").text


def test_a_stopped_target_goes_on_with_another_secret(site, admin, target) -> None:
    settle(site, target, error=ForwardError("forward.credential", status=401))
    address = f"{PAGE}{target.id}"
    assert send(admin, address, f"{address}/kredensial", key="", secret="baru").status_code == 303
    found = site.services.forwards.named("Pusat")
    assert (found.state, found.key, found.error) == ("on", "kunci-kita", "")
    opened = site.services.forward_sealer.open(found.sealed, site.services.institution.id, found.id)
    assert opened == "baru"


def test_an_empty_secret_changes_nothing(site, admin, target) -> None:
    address = f"{PAGE}{target.id}"
    assert send(admin, address, f"{address}/kredensial", key="lain", secret="").status_code == 400
    assert site.services.forwards.named("Pusat") == target


def test_a_refused_statement_is_shown_with_its_reason_and_can_be_tried_again_or_skipped(site, admin, target) -> None:
    hold(site, target)
    address = f"{PAGE}{target.id}"
    assert REASON in admin.get(address).text
    assert send(admin, address, f"{address}/coba", seq="7").status_code == 303
    assert [one.again for one in site.services.forwards.held(target)] == [True]
    assert send(admin, address, f"{address}/lewati", seq="7").status_code == 303
    assert site.services.forwards.held(target) == []
    assert actions(site)[:2] == ["forward.skip", "forward.retry"]


def test_what_is_not_held_cannot_be_skipped(site, admin, target) -> None:
    address = f"{PAGE}{target.id}"
    assert send(admin, address, f"{address}/lewati", seq="9").status_code == 404
    assert send(admin, address, f"{address}/lewati", seq="x").status_code == 404
    assert send(admin, address, f"{address}/lewati", seq="9" * 30).status_code == 404


def test_pause_and_resume_change_the_state(site, admin, target) -> None:
    address = f"{PAGE}{target.id}"
    assert send(admin, address, f"{address}/jeda").status_code == 303
    assert site.services.forwards.named("Pusat").state == "paused"
    assert send(admin, address, f"{address}/lanjut").status_code == 303
    assert site.services.forwards.named("Pusat").state == "on"


def test_a_target_is_removed_only_when_its_name_is_typed(site, admin, target) -> None:
    address = f"{PAGE}{target.id}"
    send(admin, address, f"{address}/hapus", nama="pusat lain")
    assert len(site.services.forwards.all()) == 1
    assert send(admin, address, f"{address}/hapus", nama="Pusat").status_code == 303
    assert site.services.forwards.all() == []


def test_an_unknown_target_is_not_found(admin) -> None:
    assert admin.get(f"{PAGE}tidak-ada").status_code == 404


@pytest.mark.parametrize("role", ["auditor", "author"])
def test_only_an_admin_may_see_or_change_targets(site, admin, target, role) -> None:
    other = site.staff(role)
    assert other.get(PAGE).status_code == 403
    assert send(other, "/", f"{PAGE}{target.id}/jeda").status_code in (400, 403)
    assert site.services.forwards.named("Pusat").state == "on"


def test_forwarding_from_now_on_begins_at_the_end(site, admin) -> None:
    site.credit(site.employ("Siti Contoh"), 200)
    assert send(admin, PAGE, PAGE, **FORM, from_now="y").status_code == 303
    assert site.services.forwards.waiting(site.services.forwards.named("Pusat")).count == 0
