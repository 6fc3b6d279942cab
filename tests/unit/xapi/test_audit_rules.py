"""The rule table says what its sources say, layers change it strictly, and its hash tells one version from another."""

from pathlib import Path

import pytest

from xapi.audit.rule_page import page
from xapi.audit.rules import line_of, load_rules
from xapi.errors import AuditError

ROOT = Path(__file__).parents[3]
PUBLISHED = load_rules()
HEAD = 'format = 1\nname = "babel"\nversion = "2026.1"\n'


def layer(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "babel.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("bentuk", "bps", "bkn", "jalur", "unit", "national", "international"),
    [
        ("tugas-belajar", "A1", None, "klasikal", "semester", 2000, 2000),
        ("izin-belajar", "A2", None, "klasikal", "semester", 2000, 2000),
        ("pelatihan-struktural-kepemimpinan", "B1", 1, "klasikal", "jp", None, "+0"),
        ("pelatihan-manajerial", "B2", 5, "klasikal", "jp", None, "+20"),
        ("pelatihan-teknis", "B3", 3, "klasikal", "jp", None, "+20"),
        ("pelatihan-fungsional", "B4", 2, "klasikal", "jp", None, "+20"),
        ("pelatihan-sosial-kultural", "B5", 6, "klasikal", "jp", None, "+20"),
        ("seminar", "B6", 9, "klasikal", "hari", 400, 600),
        ("workshop", "B7", 4, "klasikal", "hari", 500, 700),
        ("kursus", "B8", 11, "klasikal", "jp", None, "+20"),
        ("penataran", "B9", 12, "klasikal", "jp", None, "+20"),
        ("bimbingan-teknis", "B10", 8, "klasikal", "jp", None, "+20"),
        ("sosialisasi", "B11", 7, "klasikal", "hari", 400, 600),
        ("coaching", "C1", 14, "nonklasikal", "kali", 200, 400),
        ("mentoring", "C2", 15, "nonklasikal", "kali", 200, 400),
        ("e-learning", "C3", 16, "nonklasikal", "jp", None, "+0"),
        ("pelatihan-jarak-jauh", "C4", 17, "nonklasikal", "jp", None, "+20"),
        ("detasering", "C5", 18, "nonklasikal", "kali", 2000, 2400),
        ("outbond", "C6", 19, "nonklasikal", "jp", None, "+20"),
        ("patok-banding", "C7", 20, "nonklasikal", "kali", 1000, 2000),
        ("pertukaran", "C8", 21, "nonklasikal", "kali", 2000, 2400),
        ("belajar-mandiri", "C9", 22, "nonklasikal", "jp", None, "+20"),
        ("komunitas-belajar", "C10", 23, "nonklasikal", "jp", None, "+20"),
        ("magang", "C11", 10, "nonklasikal", "kali", 2000, 2400),
        ("bimbingan-di-tempat-kerja", "D", 24, "nonklasikal", "kali", 200, 240),
        ("klasikal-lainnya", "", 13, "klasikal", "jp", None, "+0"),
        ("nonklasikal-lainnya", "", 25, "nonklasikal", "jp", None, "+0"),
    ],
)
def test_a_form_pays_what_the_sources_say(bentuk, bps, bkn, jalur, unit, national, international) -> None:
    form = PUBLISHED.at(20260701).form(bentuk)
    abroad = form.international_jp if form.international_jp is not None else f"+{form.international_percent}"
    assert (form.bps, form.bkn, form.jalur, form.unit) == (bps, bkn, jalur, unit)
    assert (form.national_jp, abroad) == (national, international)


def test_the_table_has_the_25_forms_of_bkn_and_two_of_bps() -> None:
    forms = PUBLISHED.at(20260701).forms.values()
    assert sorted(form.bkn for form in forms if form.bkn) == list(range(1, 26))
    assert len(forms) == 27


def test_caps_are_those_of_the_table() -> None:
    forms = PUBLISHED.at(20260701).forms
    days = {slug: form.day_cap for slug, form in forms.items() if form.day_cap is not None}
    months = {slug: form.month_cap for slug, form in forms.items() if form.month_cap is not None}
    assert days == {"e-learning": 300, "belajar-mandiri": 200, "komunitas-belajar": 200}
    assert months == {"coaching": 2, "mentoring": 2, "bimbingan-di-tempat-kerja": 2}


def test_targets_are_20_for_a_pns_and_at_most_24_for_a_pppk() -> None:
    edition = PUBLISHED.at(20260701)
    assert (edition.target("PNS", 2026).minimum, edition.target("PNS", 2026).maximum) == (2000, None)
    assert (edition.target("PPPK", 2026).minimum, edition.target("PPPK", 2026).maximum) == (2000, 2400)
    assert edition.target("Honorer", 2026) == edition.target("LAINNYA", 2026)


def test_cells_that_no_rule_settles_are_listed_as_open_settings() -> None:
    opened = {cell.path for cell in PUBLISHED.at(20260701).open_settings()}
    assert {
        "bentuk.e-learning.day_cap_international", "bentuk.detasering.international", "bentuk.coaching.international",
        "bentuk.mentoring.international", "bentuk.tugas-belajar.national", "bentuk.bimbingan-di-tempat-kerja.national",
        "settings.rounding", "settings.carry_over", "settings.year_attribution", "settings.webinar_form",
        "target.PPPK.maximum", "bentuk.coaching.month_cap",
    } <= opened  # fmt: skip
    assert "target.PNS.minimum" not in opened


def test_every_cell_names_its_sources_and_confidence() -> None:
    for cell in PUBLISHED.at(20260701).cells:
        assert cell.confidence in {"H", "M", "L"}, cell.path
        assert cell.source, cell.path
        assert set(cell.source) <= PUBLISHED.sources.keys()


def test_a_webinar_is_the_form_that_the_setting_says(tmp_path: Path) -> None:
    assert PUBLISHED.at(20260701).form("webinar").slug == "seminar"
    changed = load_rules([layer(tmp_path, '[settings]\nwebinar_form = { value = "sosialisasi" }\n')])
    assert changed.at(20260701).form("webinar").slug == "sosialisasi"


def test_a_layer_changes_its_cells_and_settles_them(tmp_path: Path) -> None:
    path = layer(
        tmp_path, "[bentuk.e-learning]\nday_cap_international = { jp = 4 }\n[target.PPPK]\nminimum = { jp = 24 }\n"
    )
    edition = load_rules([path]).at(20260701)
    assert edition.forms["e-learning"].day_cap_international == 400
    assert edition.forms["e-learning"].day_cap == 300
    assert edition.target("PPPK", 2026).minimum == 2400
    assert edition.version == "lan-10-2018 1.1.0 + babel 2026.1"
    assert "bentuk.e-learning.day_cap_international" not in {cell.path for cell in edition.open_settings()}


def test_a_layer_with_dates_applies_between_them_only(tmp_path: Path) -> None:
    text = "valid_from = 2026-07-01\nvalid_to = 2026-12-31\n[bentuk.seminar]\nnational = { jp = 2.5 }\n"
    rules = load_rules([layer(tmp_path, text)])
    paid = {day: rules.at(day).forms["seminar"].national_jp for day in (20260630, 20260701, 20261231, 20270101)}
    assert paid == {20260630: 400, 20260701: 250, 20261231: 250, 20270101: 400}
    assert rules.at(20171231) is None


def test_a_target_of_one_year_leaves_the_others(tmp_path: Path) -> None:
    edition = load_rules([layer(tmp_path, "[target.PNS.year.2027]\nminimum = { jp = 30 }\n")]).at(20260701)
    assert edition.target("PNS", 2026).minimum == 2000
    assert edition.target("PNS", 2027).minimum == 3000


def test_a_detasering_abroad_can_add_to_the_programmes_jp(tmp_path: Path) -> None:
    text = '[bentuk.detasering]\ninternational = { percent = 20, of = "programme" }\n'
    form = load_rules([layer(tmp_path, text)]).at(20260701).forms["detasering"]
    assert (form.international_jp, form.international_percent) == (None, 20)


def test_a_cap_can_be_taken_away_or_shared(tmp_path: Path) -> None:
    text = """[bentuk.coaching]
month_cap = { kali = 2, group = "pendampingan" }
[bentuk.mentoring]
month_cap = { kali = 2, group = "pendampingan" }
[bentuk.e-learning]
day_cap = { none = true }
day_cap_international = { none = true }
"""
    forms = load_rules([layer(tmp_path, text)]).at(20260701).forms
    assert forms["coaching"].month_cap_group == forms["mentoring"].month_cap_group == "pendampingan"
    assert (forms["e-learning"].day_cap, forms["e-learning"].day_cap_international) == (None, None)


@pytest.mark.parametrize(
    ("text", "code", "path", "line"),
    [
        ("[bentuk.seminarr]\nnational = { jp = 4 }\n", "audit.rules_unknown_key_near", "bentuk.seminarr", 4),
        ("[bentuk.seminar]\nnasional = { jp = 4 }\n", "audit.rules_unknown_key_near", "bentuk.seminar.nasional", 5),
        ("[bentuk.seminar]\nnational = { jp = 4, j = 1 }\n", "audit.rules_unknown_key_near",
         "bentuk.seminar.national.j", 5),
        ("[settings]\nminute_per_jp = { value = 60 }\n", "audit.rules_unknown_key_near", "settings.minute_per_jp", 5),
        ('warna = "biru"\n', "audit.rules_unknown_key", "warna", 4),
        ("[review]\nradio = { status = 'Disetujui' }\n", "audit.rules_unknown_key", "review.radio", 5),
        ("[bentuk.seminar]\nnational = { jp = 4.005 }\n", "audit.rules_jp", "bentuk.seminar.national", 5),
        ("[bentuk.seminar]\nnational = { jp = -1 }\n", "audit.rules_jp", "bentuk.seminar.national", 5),
        ("[bentuk.seminar]\nnational = { percent = 3 }\n", "audit.rules_fixed_jp", "bentuk.seminar.national", 5),
        ("[bentuk.kursus]\nnational = { jp = 3 }\n", "audit.rules_fixed_jp", "bentuk.kursus.national", 5),
        ("[bentuk.outbond]\ninternational = { }\n", "audit.rules_jp_or_percent", "bentuk.outbond.international", 5),
        ("[settings]\nrounding = { value = 'sideways' }\n", "audit.rules_setting_choice", "settings.rounding", 5),
        ("[settings]\nminutes_per_jp = { value = 0 }\n", "audit.rules_value", "settings.minutes_per_jp", 5),
        ("[settings]\nminutes_per_jp = { value = 'empat' }\n", "audit.rules_value", "settings.minutes_per_jp", 5),
        ("[settings]\nwebinar_form = { value = 'webinar' }\n", "audit.rules_webinar_form", "settings.webinar_form", 5),
        ("[target.PPPK]\nmaximum = { jp = 10 }\n", "audit.rules_maximum_below", "target.PPPK.maximum", 5),
        ("[target.PNS.year.dua]\nminimum = { jp = 10 }\n", "audit.rules_year", "target.PNS.year.dua", 4),
        ("[bentuk.coaching]\nmonth_cap = { }\n", "audit.rules_month_cap", "bentuk.coaching.month_cap", 5),
        (
            '[bentuk.coaching]\nmonth_cap = { kali = 3, group = "mentoring" }\n',
            "audit.rules_group", "bentuk.coaching.month_cap", 5,
        ),
    ],
)  # fmt: skip
def test_a_wrong_layer_is_refused_with_its_place(tmp_path: Path, text: str, code: str, path: str, line: object) -> None:
    with pytest.raises(AuditError) as caught:
        load_rules([layer(tmp_path, text)])
    assert caught.value.code == code
    assert caught.value.params["path"] == path
    assert (caught.value.params["file"], caught.value.params["line"]) == ("babel.toml", line)


def test_a_file_that_is_not_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(AuditError) as caught:
        load_rules([layer(tmp_path, "[settings\n")])
    assert (caught.value.code, caught.value.params["line"]) == ("audit.rules_broken", 4)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match=r"audit\.rules_unreadable"):
        load_rules([tmp_path / "tidak-ada.toml"])


def test_the_hash_follows_values_not_comments(tmp_path: Path) -> None:
    first = load_rules([layer(tmp_path, "[settings]\nminutes_per_jp = { value = 50 }\n")])
    same = load_rules([layer(tmp_path, "# catatan\n[settings]\nminutes_per_jp = { value = 50 }\n")])
    other = load_rules([layer(tmp_path, "[settings]\nminutes_per_jp = { value = 51 }\n")])
    assert first.hash == same.hash
    assert len({first.hash, other.hash, PUBLISHED.hash}) == 3


def test_rules_with_a_target_of_one_year_have_a_hash(tmp_path: Path) -> None:
    hashes = {
        load_rules([layer(tmp_path, f"[target.PNS.year.2027]\nminimum = {{ jp = {jp} }}\n")]).hash for jp in (24, 30)
    }
    assert len(hashes | {PUBLISHED.hash}) == 3


def test_the_institutions_time_zone_replaces_the_setting() -> None:
    rules = load_rules(time_zone="Asia/Jayapura")
    assert rules.at(20260701).settings.time_zone == "Asia/Jayapura"
    assert rules.hash != PUBLISHED.hash
    with pytest.raises(AuditError, match=r"audit\.time_zone"):
        load_rules(time_zone="Asia/Atlantis")


def test_line_of_a_key_is_the_line_of_its_deepest_known_part() -> None:
    text = "a = 1\n[b.c]\nd = { e = 2 }\n"
    assert [line_of(text, path) for path in (["a"], ["b", "c"], ["b", "c", "d", "e"], ["z"])] == [1, 2, 3, None]


def test_the_example_of_the_reference_page_can_be_used(tmp_path: Path) -> None:
    written = (ROOT / "docs" / "reference" / "aturan-jp.md").read_text(encoding="utf-8")
    path = tmp_path / "contoh.toml"
    path.write_text(written.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    edition = load_rules([path]).at(20270701)
    assert edition.version.endswith("+ pemprov-contoh 2026.1")
    assert (edition.target("PPPK", 2027).minimum, edition.target("PPPK", 2027).maximum) == (2400, None)


def test_the_reference_page_is_the_table() -> None:
    written = (ROOT / "docs" / "reference" / "aturan-jp.md").read_text(encoding="utf-8")
    assert written == page(PUBLISHED), "run: python -m xapi.audit.rule_page > docs/reference/aturan-jp.md"
