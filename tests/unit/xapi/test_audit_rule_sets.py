"""A whole set of rules is checked at once: tables, layers above, and the layers of each institution in its folder."""

from pathlib import Path

import pytest

from xapi.audit.rule_sets import CheckedSet, check_set
from xapi.audit.rules import published
from xapi.words import explain

TABLES = Path(__file__).parents[3] / "xapi" / "audit" / "tables"
SEMINAR = "[bentuk.seminar]\nnational = { jp = 3 }"
WEBINAR = '[settings]\nrounding = { value = "up" }'


def layer(folder: Path, file: str, *lines: str, name: str = "kab", version: str = "1", **head: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    heads = ["format = 1", f'name = "{name}"', f'version = "{version}"', *(f"{k} = {v}" for k, v in head.items())]
    path = folder / file
    path.write_text("\n".join([*heads, *lines]) + "\n", encoding="utf-8")
    return path


def table(folder: Path, file: str, name: str, **head: str) -> Path:
    text = (TABLES / "lan-10-2018-1.1.0.toml").read_text(encoding="utf-8")
    return layer(folder, file, text[text.index("[sources]") :], name=name, **head)


def faults(found: CheckedSet) -> list[tuple[str, object, object, object]]:
    return [
        (one.code.removeprefix("audit.rules_"), *(one.params.get(key) for key in ("file", "line", "column")))
        for one in found.faults
    ]


def test_the_published_tables_are_a_good_set_alone_and_as_a_folder() -> None:
    assert check_set([]).faults == ()
    found = check_set([TABLES])
    assert (found.faults, set(found.tables), found.versions) == ((), set(published()), (published()[-1],))


def test_a_national_table_is_checked_with_the_layers_of_each_institution_in_its_folder(tmp_path: Path) -> None:
    table(tmp_path, "nasional.toml", "lan-baru", valid_from="2026-01-01")
    layer(tmp_path, "prov.toml", WEBINAR, name="prov", level='"induk"')
    for one in ("kab-a", "kab-b"):  # the same cell for the same days, in two institutions: no contradiction
        layer(tmp_path / one, "aturan.toml", SEMINAR, name=one)
    found = check_set([tmp_path])
    assert found.faults == ()
    assert found.versions == ("lan-baru 1 + prov 1", "lan-baru 1 + prov 1 + kab-a 1", "lan-baru 1 + prov 1 + kab-b 1")


def test_a_fault_names_the_file_below_the_folder_with_line_and_column(tmp_path: Path) -> None:
    layer(tmp_path / "kab-a", "aturan.toml", "[bentuk.seminar]", "national = { jp = -1 }")
    layer(tmp_path / "kab-b", "aturan.toml", '[bentuk.seminar]\nunit = "kali"\nnational = { ejaan = 1, jp = 3 }')
    found = check_set([tmp_path])
    assert faults(found) == [
        ("jp", "kab-a/aturan.toml", 5, 1),
        ("unknown_key", "kab-b/aturan.toml", 6, 14),
    ]
    assert "kab-b/aturan.toml baris 6, kolom 14" in explain(found.faults[1], "id")
    assert "kab-b/aturan.toml, line 6, column 14" in explain(found.faults[1], "en")


def test_layers_that_contradict_each_other_on_the_same_days_are_found(tmp_path: Path) -> None:
    layer(tmp_path, "a.toml", SEMINAR, name="a", valid_to="2026-06-30")
    layer(tmp_path, "b.toml", SEMINAR, name="b", valid_from="2026-06-30")
    (one,) = check_set([tmp_path]).faults
    assert (one.code, one.params["other"], one.params["line"]) == ("audit.rules_layers_contradict", "a.toml", 6)


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ({"valid_to": "2026-06-30"}, {"valid_from": "2026-07-01"}, None),
        ({"valid_to": "2026-06-30"}, {"valid_from": "2026-08-01"}, "layer_gap"),
        ({"valid_to": "2026-06-30"}, {"valid_from": "2026-06-15"}, "layer_overlap"),
        ({"valid_from": "2026-06-30", "valid_to": "2026-01-01"}, {"valid_from": "2026-07-01"}, "dates_reversed"),
        ({}, {"version": "1"}, "same_label"),
    ],
)
def test_versions_of_a_layer_follow_each_other_without_gap_or_overlap(
    tmp_path: Path, first: dict[str, str], second: dict[str, str], code: str | None
) -> None:
    layer(tmp_path, "lama.toml", SEMINAR, **first)
    layer(tmp_path, "baru.toml", WEBINAR, **{"version": "2", **second})
    found = faults(check_set([tmp_path]))
    assert code in [one[0] for one in found] if code else found == []
    assert all(isinstance(one[2], int) and isinstance(one[3], int) for one in found)


@pytest.mark.parametrize(
    ("last", "first", "code"),
    [("2026-12-31", "2027-01-02", "bases_gap"), ("2026-12-31", "2026-12-01", "bases_overlap")],
)
def test_tables_of_a_folder_that_overlap_or_leave_a_gap_are_refused(
    tmp_path: Path, last: str, first: str, code: str
) -> None:
    table(tmp_path, "a.toml", "lama", valid_from="2020-01-01", valid_to=last)
    table(tmp_path, "b.toml", "baru", valid_from=first)
    assert [one[0] for one in faults(check_set([tmp_path]))] == [code]


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b"\x7fELF\x02\x01\x00\xff", "encoding", (1, 8)),
        (b"", "missing_key", ("?", "?")),
        (b"# \n" * 20_000_000, "too_large", (None, None)),
        ('format = 1\nname = "é"\n'.encode("latin-1"), "encoding", (2, 9)),
        ("format = 1\n".encode("utf-16"), "encoding", (1, 1)),
        (b'format = 1\nname = "a"\nname = "b"\n', "broken", (3, 11)),
        (b"[a]\nx = 1\n[a]\n", "broken", (3, 3)),
    ],
    ids=["binary", "empty", "60 MB", "latin-1", "utf-16", "key twice", "table twice"],
)
def test_a_hostile_file_among_good_ones_is_named_with_its_place(
    tmp_path: Path, data: bytes, code: str, place: tuple[object, object]
) -> None:
    layer(tmp_path, "baik.toml", SEMINAR)
    (tmp_path / "jahat.toml").write_bytes(data)
    found = faults(check_set([tmp_path]))
    assert (code, "jahat.toml", *place) in found


def test_a_folder_of_folders_without_end_and_of_many_files_ends(tmp_path: Path) -> None:
    (tmp_path / "lingkar").symlink_to(tmp_path)
    (tmp_path / "folder.toml").mkdir()
    for number in range(510):
        layer(tmp_path / f"k{number}", "a.toml", name=f"k{number}")
    found = check_set([tmp_path])
    assert [one[0] for one in faults(found)] == ["many"]
