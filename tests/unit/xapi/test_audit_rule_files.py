"""Bad rule files are refused with file, line and remedy; versions, dates and levels of files fit together."""

import hashlib
import time
from importlib import resources
from pathlib import Path

import pytest

from xapi.audit.rule_faults import MOST_FAULTS
from xapi.audit.rules import check_rules, load_rules, published
from xapi.errors import AuditError
from xapi.words import explain

TABLES = resources.files("xapi.audit") / "tables"
RELEASED = {  # a published table is never edited: an error in it is mended in a table of a new version
    "lan-10-2018.toml": "0f032ae14595a92be07364c7fc97d5394650266fe29146005d31d9344a97dbe7",
    "lan-10-2018-1.1.0.toml": "bd2cf32b290f90c0f99718b104e4210a49dde8fbb6272cb7512c1c77be667b8d",
}
SETTLED = "[bentuk.e-learning]\nday_cap = { jp = 4 }\n"


def write(folder: Path, name: str, text: str | bytes, **head: str) -> Path:
    """A layer `name`, its head before `text`; bytes are the whole file."""
    path = folder / f"{name}.toml"
    if isinstance(text, bytes):
        path.write_bytes(text)
        return path
    lines = ["format = 1", f'name = "{name}"', 'version = "1"', *(f"{key} = {value}" for key, value in head.items())]
    path.write_text("\n".join([*lines, text]), encoding="utf-8")
    return path


def table(folder: Path, name: str, **head: str) -> Path:
    """A whole table: the published one under another head."""
    text = (TABLES / "lan-10-2018-1.1.0.toml").read_text(encoding="utf-8")
    body = text[text.index("[sources]") :]
    return write(folder, name, body, **head)


def found(*paths: Path, **options: object) -> list[tuple[str, str, object, object]]:
    return [
        (error.code.removeprefix("audit.rules_"), *(error.params.get(key) for key in ("file", "line", "path")))
        for error in check_rules(paths, **options)  # type: ignore[arg-type]
    ]


def test_published_tables_are_never_edited() -> None:
    hashes = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in TABLES.iterdir()}
    assert hashes == RELEASED


def test_an_older_version_stays_loadable_and_pays_the_same() -> None:
    old, new = load_rules(base="lan-10-2018 1.0.0").at(20260701), load_rules().at(20260701)
    assert published() == ("lan-10-2018 1.0.0", "lan-10-2018 1.1.0")
    assert (old.version, new.version) == published()
    assert {f.slug: f.national_jp for f in old.forms.values()} == {f.slug: f.national_jp for f in new.forms.values()}
    assert old.settings == new.settings


def test_a_report_of_an_old_table_lists_the_policies_that_it_does_not_name() -> None:
    opened = {cell.path for cell in load_rules(base="lan-10-2018 1.0.0").at(20260701).open_settings()}
    assert {"settings.half_days", "settings.overlap", "settings.pppk_year"} <= opened


def test_a_table_that_was_never_published_is_refused_with_those_that_were() -> None:
    with pytest.raises(AuditError) as caught:
        load_rules(base="lan-10-2018 9.9")
    assert "lan-10-2018 1.1.0" in explain(caught.value)


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    text = """[settings]
rounding = { value = "sideways" }
[bentuk.seminar]
national = { jp = -1 }
internasional = { jp = 6 }
[bentuk.melamun]
unit = "jp"
[target.PNS]
minimum = { jp = 30, source = ["TIDAK-ADA"] }
"""
    assert found(write(tmp_path, "salah", text)) == [
        ("setting_choice", "salah.toml", 5, "settings.rounding"),
        ("jp", "salah.toml", 7, "bentuk.seminar.national"),
        ("unknown_key_near", "salah.toml", 8, "bentuk.seminar.internasional"),
        ("unknown_key", "salah.toml", 9, "bentuk.melamun"),
        ("source_unknown", "salah.toml", 12, "target.PNS.minimum"),
    ]


def test_every_fault_has_a_sentence_in_both_languages(tmp_path: Path) -> None:
    path = write(
        tmp_path, "salah", '[bentuk.seminar]\nnationall = { jp = 4 }\nbkn = 99\n[settings]\nx = { value = "y" }\n'
    )
    for error in check_rules([path]):
        assert "salah.toml" in explain(error, "id")
        assert explain(error, "id") != explain(error, "en")


def test_a_layer_with_the_mark_of_a_windows_editor_and_its_line_ends_is_read(tmp_path: Path) -> None:
    text = 'format = 1\nname = "win"\nversion = "1"\n[bentuk.seminar]\nnational = { jp = 3 }\n'
    path = write(tmp_path, "win", b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert load_rules([path]).at(20260701).forms["seminar"].national_jp == 300


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        ('format = 1\nname = "a"\n'.encode("utf-16"), "audit.rules_encoding", 1),
        ('format = 1\nname = "caf\xe9"\n'.encode("latin-1"), "audit.rules_encoding", 2),
        (b"#" * (10 * 1024 * 1024), "audit.rules_too_large", None),
        (b"a = " + b"[" * 50_000, "audit.rules_too_deep", None),
        (b"a" + b".a" * 50_000 + b" = 1", "audit.rules_too_deep", None),
        (b"format = 1\nversion = [", "audit.rules_broken", 2),
        (b"format = " + b"9" * 5_000, "audit.rules_broken", "?"),
        (b"\x00\x01\x02", "audit.rules_broken", 1),
        (b"", "audit.rules_missing_key", "?"),
        (b"format = 1\nversion = \"1\"\nname = '../etc'\n", "audit.rules_label", 3),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, data: bytes, code: str, line: object) -> None:
    error = check_rules([write(tmp_path, "rusak", data)])[0]
    assert (error.code, error.params.get("line")) == (code, line)
    assert "rusak.toml" in explain(error)


def test_a_file_with_faults_without_end_is_told_soon(tmp_path: Path) -> None:
    text = "".join(
        f"[target.S{number}]\nmaximum = {{ jp = 1 }}\n[bentuk.b{number}]\nbkn = 1\n" for number in range(9000)
    )
    before = time.process_time()
    assert len(check_rules([write(tmp_path, "b", text)])) == MOST_FAULTS
    assert time.process_time() - before < 20


def test_what_a_file_says_cannot_steer_a_terminal(tmp_path: Path) -> None:
    (error,) = check_rules([write(tmp_path, "b", '[bentuk."\\u001b[31m"]\nunit = "jp"\n')])
    assert "\x1b" not in explain(error)


def test_a_layer_is_not_called_by_a_persons_number(tmp_path: Path) -> None:
    assert found(write(tmp_path, "198501012099031001", ""))[0][0] == "label"


def test_a_layer_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "b", SETTLED, valid_from="2026-07-01", valid_to="2026-06-30")
    assert found(path) == [("dates_reversed", "b.toml", 5, "valid_to")]


def test_a_layer_that_is_never_in_force_is_refused(tmp_path: Path) -> None:
    assert found(write(tmp_path, "b", SETTLED, valid_to="2017-12-31")) == [("layer_never", "b.toml", 4, "valid_to")]


def test_two_layers_of_one_level_may_not_say_the_same_cell_for_the_same_days(tmp_path: Path) -> None:
    one = write(tmp_path, "satu", SETTLED, valid_to="2026-12-31")
    two = write(tmp_path, "dua", SETTLED.replace("4", "2"), valid_from="2026-06-01")
    assert found(one, two) == [("layers_contradict", "dua.toml", 6, "bentuk.e-learning.day_cap")]
    error = check_rules([one, two])[0]
    assert (error.params["other"], error.params["other_line"]) == ("satu.toml", 6)


def test_layers_that_follow_each_other_agree(tmp_path: Path) -> None:
    one = write(tmp_path, "satu", SETTLED, valid_to="2026-12-31")
    two = write(tmp_path, "dua", SETTLED.replace("4", "2"), valid_from="2027-01-01")
    rules = load_rules([two, one])
    assert [rules.at(day).forms["e-learning"].day_cap for day in (20261231, 20270101)] == [400, 200]


def test_the_institutions_layer_lies_over_that_of_the_province_whatever_the_order(tmp_path: Path) -> None:
    own = write(tmp_path, "kabupaten", SETTLED)
    above = write(tmp_path, "provinsi", SETTLED.replace("4", "2") + "[target.PNS]\nminimum = { jp = 24 }\n",
                  level='"induk"')  # fmt: skip
    for order in ([own, above], [above, own]):
        edition = load_rules(order).at(20260701)
        assert (edition.forms["e-learning"].day_cap, edition.target("PNS", 2026).minimum) == (400, 2400)
        assert edition.version == "lan-10-2018 1.1.0 + provinsi 1 + kabupaten 1"


def test_a_table_without_a_last_day_is_followed_by_the_next(tmp_path: Path) -> None:
    table(tmp_path, "lama", valid_from="2018-01-01")
    table(tmp_path, "baru", valid_from="2027-01-01")
    rules = load_rules(tables=tmp_path)
    assert [rules.at(day).version for day in (20261231, 20270101)] == ["lama 1", "baru 1"]


@pytest.mark.parametrize(
    ("last", "first", "code"),
    [("2027-01-01", "2027-01-01", "bases_overlap"), ("2026-12-30", "2027-01-01", "bases_gap")],
)
def test_tables_that_overlap_or_leave_a_gap_are_refused(tmp_path: Path, last: str, first: str, code: str) -> None:
    table(tmp_path, "lama", valid_from="2018-01-01", valid_to=last)
    table(tmp_path, "baru", valid_from=first)
    assert found(tables=tmp_path) == [(code, "baru.toml", 4, "valid_from")]


def test_a_setting_that_would_change_nothing_cannot_be_set(tmp_path: Path) -> None:
    text = '[settings]\ncarry_over = { value = "all", choices = ["all"] }\noverlap = { value = "deduct" }\n'
    codes = [code for code, *_ in found(write(tmp_path, "b", text))]
    assert codes == ["layer_choices", "setting_choice", "setting_choice"]


def test_the_maximum_of_a_pppk_can_be_taken_away(tmp_path: Path) -> None:
    path = write(
        tmp_path, "b", "[target.PPPK]\nmaximum = { none = true }\n[target.PPPK.year.2027]\nmaximum = { jp = 30 }\n"
    )
    edition = load_rules([path]).at(20260701)
    assert (edition.target("PPPK", 2026).maximum, edition.target("PPPK", 2027).maximum) == (None, 3000)


def test_the_same_code_of_bkn_for_two_forms_is_refused(tmp_path: Path) -> None:
    assert found(write(tmp_path, "b", "[bentuk.seminar]\nbkn = 4\n"))[0][0] == "bkn_twice"
