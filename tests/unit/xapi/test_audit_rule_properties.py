"""Whatever a rule file holds, it is a rule set or a list of faults with places; what a form pays equals plain sums."""

import copy
import random
import tomllib
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from importlib import resources

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xapi.audit.rule_edition import ROUND_ADD
from xapi.audit.rule_words import pay
from xapi.audit.rules import check_rules, load_rules
from xapi.words import explain

TABLE = (resources.files("xapi.audit") / "tables" / "lan-10-2018-1.1.0.toml").read_text(encoding="utf-8")
LINES = TABLE.splitlines()
SAMPLE = """format = 1
name = "kab"
version = "2026.1"
valid_from = 2026-01-01
[sources]
SK = "Keputusan"
[settings]
rounding = { value = "up" }
[bentuk.e-learning]
day_cap = { jp = 4, source = ["SK"] }
[bentuk.coaching]
month_cap = { kali = 2, group = "g" }
[target.PPPK.year.2027]
minimum = { jp = 22.5 }
[review]
sheet = { status = "Disetujui" }
"""
JUNK = st.sampled_from(
    ["", "-1", "1e400", "nan", "-inf", "9" * 400, "true", "[]", "{}", '"x"', "[[[", "2026-02-30", '"""',
     "2026-01-01T00:00:00Z",
     "{ jp = nan }", "{ jp = 1e308 }", "{ none = true }", "{ jp = 1, none = true }", "{ percent = 5 }", "\x00", "'",
     "{ kali = 2.5 }", "{ value = 1979-05-27 }", "{ value = [] }", "{ status = 1 }", "{ unit = 'bulan', jp = 1 }", "#"]
)  # fmt: skip
ROUNDING = {"down": ROUND_FLOOR, "nearest": ROUND_HALF_UP, "up": ROUND_CEILING}


def check(path) -> None:
    """Either a rule set or faults, each with its file, a line or `?`, and a sentence in both languages."""
    faults = check_rules([path])
    if not faults:
        assert load_rules([path]).hash
    for error in faults:
        assert error.code.startswith("audit.rules_")
        assert path.name in explain(error, "id")
        assert path.name in explain(error, "en")
        assert error.params.get("line", "?") == "?" or int(error.params["line"]) >= 0


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), junk=st.lists(JUNK, min_size=1, max_size=4))
def test_a_mutated_layer_never_crashes_the_reader(tmp_path, seed: int, junk: list[str]) -> None:
    rng, lines = random.Random(seed), SAMPLE.splitlines()
    for piece in junk:
        at = rng.randrange(len(lines))
        line = lines[at]
        key, equals, _ = line.partition("=")
        lines[at] = rng.choice(
            [f"{key}={piece}" if equals else piece, line[: rng.randrange(len(line) + 1)], line + piece]
        )
        if rng.random() < 0.3:
            lines.insert(rng.randrange(len(lines)), rng.choice(LINES))
    path = tmp_path / "acak.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    check(path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400), cut=st.integers(0, len(SAMPLE)))
def test_any_bytes_are_a_rule_set_or_faults(tmp_path, data: bytes, cut: int) -> None:
    path = tmp_path / "acak.toml"
    path.write_bytes(SAMPLE.encode()[:cut] + data)
    check(path)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), junk=JUNK)
def test_a_mutated_table_never_crashes_the_reader(tmp_path, seed: int, junk: str) -> None:
    rng, lines = random.Random(seed), list(LINES)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(lines))
        key, equals, _ = lines[at].partition("=")
        lines[at] = rng.choice([f"{key}={junk}" if equals else junk, ""])
    path = tmp_path / "acak.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    faults = check_rules([], tables=tmp_path)
    assert faults or load_rules(tables=tmp_path).hash


@pytest.mark.parametrize("rounding", sorted(ROUNDING))
@settings(max_examples=60, deadline=None)
@given(raw=st.integers(0, 1_000_000), units=st.integers(1, 60), abroad=st.booleans(), place=st.integers(0, 26))
def test_what_a_form_pays_equals_plain_sums(rounding: str, raw: int, units: int, abroad: bool, place: int) -> None:
    slug = sorted(FORMS)[place]
    assert pay(FORMS[slug], raw, units, ROUND_ADD[rounding], international=abroad) == _paid(
        slug, raw, units, abroad, ROUNDING[rounding]
    )


def _paid(slug: str, raw: int, units: int, abroad: bool, rounding: str) -> int:
    """The same from the written table in decimals; a percentage of a fixed value is rounded down, as the table says."""
    row = copy.deepcopy(WRITTEN["bentuk"][slug])
    cell = row["international" if abroad else "national"]
    times = units if cell.get("unit", row["unit"]) in {"hari", "bulan", "semester"} else 1
    if "jp" in cell:
        return int(Decimal(str(cell["jp"])) * 100 * times)
    fixed = Decimal(str(row["national"]["jp"])) * 100 if "jp" in row["national"] else None
    value = Decimal(raw) if fixed is None else fixed
    added = value * Decimal(cell.get("percent", 0)) / 100
    whole = added.to_integral_value(ROUND_FLOOR if fixed is not None else rounding)
    return int(value + whole) * (times if fixed is not None else 1)


WRITTEN = tomllib.loads(TABLE)
FORMS = load_rules().editions[-1].forms
