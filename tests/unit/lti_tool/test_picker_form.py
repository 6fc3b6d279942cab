"""The form of the choosing page: what a teacher can fill in, and what they are told to mend."""

from datetime import UTC, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from lti_tool.deep_linking import Window
from lti_tool.errors import LaunchRefused
from lti_tool.web.picker_form import NotChosen, read_choices

ZONE = ZoneInfo("Asia/Makassar")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
FIELDS = ("modules", "title", "line_item", "available_from", "available_to", "submit_to", "batal", "kosong")


def newest(name: str):
    return SimpleNamespace(title=f"Modul {name}") if name in ("a", "b") else None


def read(*fields: tuple[str, str]):
    return read_choices(MultiDict(fields), newest, ZONE, NOW)


def test_each_module_comes_once_with_its_own_title() -> None:
    found = read(("modules", "a"), ("modules", "b"), ("modules", "a"), ("title", "Judul"), ("line_item", "1"))
    assert [(one.module, one.title, one.graded) for one in found] == [("a", "Modul a", True), ("b", "Modul b", True)]


def test_a_title_counts_for_a_single_module() -> None:
    (one,) = read(("modules", "a"), ("title", "  Latsar  "))
    assert (one.title, one.graded) == ("Latsar", False)


def test_times_are_local() -> None:
    (one,) = read(("modules", "a"), ("available_from", "2026-12-01T08:00"), ("submit_to", "2026-12-31T16:00"))
    assert one.available == Window(datetime(2026, 12, 1, 8, tzinfo=ZONE), None)
    assert one.submission == Window(None, datetime(2026, 12, 31, 16, tzinfo=ZONE))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ((), "deep_link.none_chosen"),
        ([("modules", str(number)) for number in range(51)], "deep_link.too_many"),
        ((("modules", "a"), ("available_from", "besok")), "deep_link.time_broken"),
        ((("modules", "a"), ("available_from", "2026-12-01T08:00+07:00")), "deep_link.time_broken"),
        ((("modules", "a"), ("available_from", "0001-01-01T00:00")), "deep_link.time_broken"),
        ((("modules", "a"), ("submit_to", "2020-01-01T00:00")), "deep_link.window_past"),
        (
            (("modules", "a"), ("available_from", "2026-12-02T00:00"), ("available_to", "2026-12-01T00:00")),
            "deep_link.window_order",
        ),
    ],
)
def test_what_a_teacher_can_mend_is_told(fields, code: str) -> None:
    with pytest.raises(NotChosen) as found:
        read(*fields)
    assert found.value.code == code


def test_a_module_that_is_gone_cannot_be_mended_here() -> None:
    with pytest.raises(LaunchRefused) as found:
        read(("modules", "gone"))
    assert not isinstance(found.value, NotChosen)


def test_a_title_does_not_make_a_module() -> None:
    with pytest.raises(LaunchRefused):
        read(("modules", "gone"), ("title", "Judul"))


@example([("modules", ""), ("title", "0")])
@given(st.lists(st.tuples(st.sampled_from(FIELDS), st.text(max_size=30)), max_size=12))
def test_any_form_gives_choices_or_a_refusal(fields) -> None:
    try:
        found = read(*fields)
    except LaunchRefused:
        return
    assert all(one.module in ("a", "b") and one.title for one in found)
