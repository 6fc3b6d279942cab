"""NIP: read strictly, recognised where it must not stand, never shown whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xapi.errors import PeopleError
from xapi.identity import Nip, contains_nip, looks_like_nip, mask_nip, mask_nips_in, parse_nip

PNS = "198501012099031001"
PPPK = "199012312099211004"


@pytest.mark.parametrize(
    "written",
    [
        PNS,
        "19850101 209903 1 001",
        "19850101.209903.1.001",
        "19850101-209903-1-001",
        "'" + PNS,
        "`" + PNS,
        f"  {PNS} ",
        "\u2019" + PNS,
        "19850101\u00a0209903\u00a01\u00a0001",
        "\ufeff" + PNS,
        PNS.translate({48 + n: 0xFF10 + n for n in range(10)}),
    ],
)
def test_a_nip_is_read_however_people_write_it(written):
    assert parse_nip(written) == Nip(PNS)
    assert looks_like_nip(written)


@pytest.mark.parametrize("cell", [198501012099031001, 1.98501012099031e17, True])
def test_a_nip_stored_as_a_number_is_refused(cell):
    with pytest.raises(PeopleError) as caught:
        parse_nip(cell)
    assert caught.value.code == "people.nip_number"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (None, "people.nip_empty"),
        ("", "people.nip_empty"),
        (" ' ", "people.nip_empty"),
        (PNS[:-1], "people.nip_shape"),
        (PNS + "1", "people.nip_shape"),
        ("1985O1012099031001", "people.nip_shape"),
        ("1,98501E+17", "people.nip_shape"),
        (b"198501012099031001", "people.nip_shape"),
        ("\u0661" * 18, "people.nip_shape"),
    ],
)
def test_what_is_no_nip_is_refused_with_its_reason(cell, code):
    with pytest.raises(PeopleError) as caught:
        parse_nip(cell)
    assert caught.value.code == code


@given(st.text(alphabet="0123456789", min_size=7, max_size=40))
def test_an_error_never_shows_more_than_three_digits(text):
    try:
        shown = str(parse_nip(text)) + repr(parse_nip(text))
    except PeopleError as error:
        shown = str(error) + str(error.params)
    assert text not in shown
    assert sum(character.isdigit() for character in mask_nip(text)) == 3


@given(st.text())
def test_looks_like_nip_agrees_with_parse_nip(text):
    try:
        parse_nip(text)
    except PeopleError:
        assert not looks_like_nip(text)
    else:
        assert looks_like_nip(text)


def test_a_number_of_18_digits_looks_like_a_nip():
    assert looks_like_nip(198501012099031001)
    assert not looks_like_nip(True)
    assert not looks_like_nip("9f86d081884c7d659a2feaa0c55ad015")


def test_a_nip_is_found_inside_other_text():
    assert contains_nip(f"https://lms.example.go.id/u/{PNS}?x=1")
    assert contains_nip(f"peserta {PPPK[:8]} {PPPK[8:12]} {PPPK[12:]} hadir")
    assert contains_nip(f"{PNS}@example.go.id")
    assert not contains_nip("https://w3id.org/jampel/instansi/198501012099031001999999")
    assert not contains_nip("urut 999999999999999999")


def test_texts_from_elsewhere_are_masked_before_they_are_kept():
    assert mask_nips_in(f"user {PNS} unknown") == "user ***************001 unknown"


def test_the_status_is_a_hint_and_an_unusual_number_is_only_flagged():
    assert parse_nip(PNS).status_hint == "PNS"
    assert parse_nip(PPPK).status_hint == "PPPK"
    odd = parse_nip("198502302099991001")
    assert odd.status_hint is None
    assert not odd.plausible
    assert parse_nip(PNS).plausible
    assert parse_nip(PPPK).plausible


def test_str_and_repr_are_masked():
    assert PNS not in f"{parse_nip(PNS)} {parse_nip(PNS)!r}"
