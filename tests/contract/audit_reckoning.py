"""Reports and anomalies of a year in plain Python, sharing no code with the SQL; it reads the rules from the table."""

import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path

TABLE = Path(str(resources.files("xapi.audit"))) / "tables" / "lan-10-2018-1.1.0.toml"
JP = ("raw_jp", "converted", "capped", "accepted", "pending")
MINUTES_PER_JP = 45
BULK = 20


class Year:
    """What is known of `year`: standing credits of all years, the roster (person to an employee), what they gave.

    `made` is each credit's (converted, capped, accepted, pending, fate), `sums` each person-year's (credits, raw_jp,
    converted, capped, accepted, pending, met); `findings` are statements that could not be used.
    """

    def __init__(self, year: int, credits, roster, made, sums, findings) -> None:
        table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
        self.forms, self.targets = table["bentuk"], table["target"]
        self.year, self.every = year, credits
        self.credits = [c for c in credits if c["year"] == year]
        self.approved = [c for c in self.credits if c["review"] == "Disetujui"]
        self.roster, self.made, self.sums, self.findings = roster, made, sums, findings


def person_rows(y: Year) -> list[dict]:
    """Every employee with the sums of the year."""
    rows = []
    for person, employee in y.roster.items():
        status = employee.status
        credits, raw, converted, capped, accepted, pending, met = y.sums[person, y.year]
        target = y.targets.get(status, y.targets["LAINNYA"])
        most = target.get("maximum", {}).get("jp")
        rows.append(
            {
                "person": person, "opd": employee.opd, "status": status if status in y.targets else "LAINNYA",
                "credits": credits,
                "raw_jp": raw, "converted": converted, "capped": capped, "accepted": accepted, "pending": pending,
                "minimum": target["minimum"]["jp"] * 100, "maximum": None if most is None else most * 100, "met": met,
            }
        )  # fmt: skip
    return rows


def grouped_people(y: Year, key: str, places: Callable[[dict], object] | None = None) -> list[dict]:
    """Employees, verdicts and sums by OPD or status, or by what `places` says of a row."""
    groups = defaultdict(list)
    for row in person_rows(y):
        groups[places(row) if places else row[key]].append(row)
    return [
        {
            key: value,
            "employees": len(rows),
            "met": sum(r["met"] for r in rows),
            "unmet": sum(1 - r["met"] for r in rows),
            "share_met": sum(r["met"] for r in rows) * 10000 // len(rows),
            "average": sum(r["accepted"] for r in rows) // len(rows),
            "credits": sum(r["credits"] for r in rows),
            **{name: sum(r[name] for r in rows) for name in JP},
        }
        for value, rows in groups.items()
    ]


def overview(y: Year) -> list[dict]:
    """Employees by OPD and status, and how far they are from their target."""
    groups = defaultdict(list)
    for row in person_rows(y):
        groups[row["opd"], row["status"]].append(row)
    return [
        {
            "opd": opd, "status": status, "employees": len(rows), "met": sum(r["met"] for r in rows),
            **{name: sum(r[name] for r in rows) for name in JP},
            "at_zero": sum(r["accepted"] == 0 for r in rows),
            "below_half": sum(0 < r["accepted"] * 2 < r["minimum"] for r in rows),
            "above_half": sum(r["minimum"] <= r["accepted"] * 2 < r["minimum"] * 2 for r in rows if r["accepted"]),
        }
        for (opd, status), rows in groups.items()
    ]  # fmt: skip


def counted_statements(y: Year) -> list[dict]:
    """What the accepted JP of the roster rest on."""
    return [
        {"statement_id": c["statement_id"], "person": c["person"], "accepted": y.made[c["statement_id"]][2]}
        for c in y.credits
        if c["person"] in y.roster and y.made[c["statement_id"]][2] > 0
    ]


def periods(y: Year, key: str, quarters_in_one: int) -> list[dict]:
    """Sums by quarter or semester, of people on the roster."""
    groups = defaultdict(list)
    for c in y.credits:
        if c["person"] in y.roster:
            groups[(c["quarter"] - 1) // quarters_in_one + 1].append(c)
    return [
        {
            key: period,
            "people": len({c["person"] for c in mine}),
            "credits": len(mine),
            "counted": sum(y.made[c["statement_id"]][2] > 0 for c in mine),
            "waiting": sum(y.made[c["statement_id"]][3] > 0 for c in mine),
            "raw_jp": sum(c["raw_jp"] for c in mine),
            **{name: sum(y.made[c["statement_id"]][i] for c in mine) for i, name in enumerate(JP[1:])},
        }
        for period, mine in groups.items()
    ]


def by_form(y: Year) -> list[dict]:
    """Sums by form and its path, of people on the roster."""
    groups = defaultdict(list)
    for c in y.credits:
        if c["person"] in y.roster:
            groups[c["form"]].append(c)
    return [
        {
            "form": form,
            "jalur": y.forms[form]["jalur"],
            "share": y.forms[form].get("share", ""),
            "people": len({c["person"] for c in mine}),
            "credits": len(mine),
            "counted": sum(y.made[c["statement_id"]][2] > 0 for c in mine),
            "raw_jp": sum(c["raw_jp"] for c in mine),
            **{name: sum(y.made[c["statement_id"]][i] for c in mine) for i, name in enumerate(JP[1:])},
        }
        for form, mine in groups.items()
    ]


def outside(y: Year) -> list[dict]:
    """People, credits and JP that are nobody's target."""
    mine = [c for c in y.credits if c["person"] not in y.roster]
    jp = sum(y.made[c["statement_id"]][2] for c in mine)
    return [{"people": len({c["person"] for c in mine}), "credits": len(mine), "accepted": jp}]


def found(c: dict, other: str | None = None, amount: int | None = None, bound: int | None = None, mark=None) -> dict:
    """A row of an anomaly."""
    return {
        "person": c["person"], "statement_id": c["statement_id"], "day": c["day"], "other_id": other, "amount": amount,
        "bound": bound, "mark": mark,
    }  # fmt: skip


def length(c: dict) -> int:
    """Minutes."""
    return c["end_minute"] - c["start_minute"]


def fixed_jp(y: Year, c: dict) -> int | None:
    """What the form pays whatever is declared, or None when it pays what is declared."""
    form = y.forms[c["form"]]
    cell = form["international"] if c["international"] else form["national"]
    unit = cell.get("unit", form["unit"])
    if "jp" in cell:
        return cell["jp"] * 100 * (c["days"] if unit in {"hari", "bulan", "semester"} else 1)
    if c["international"] and form["unit"] != "jp":
        national = form["national"]["jp"] * 100
        return national + national * cell["percent"] // 100
    return None


def by_hour(y: Year, c: dict) -> bool:
    """Whether the form pays what is declared, at home."""
    return "jp" not in y.forms[c["form"]]["national"]


def clock(y: Year) -> list[dict]:
    rows = []
    for c in y.approved:
        room = length(c) * 100 // MINUTES_PER_JP
        if by_hour(y, c) and length(c) > 0 and c["raw_jp"] * MINUTES_PER_JP > length(c) * 100:
            rows.append(found(c, None, c["raw_jp"], room))
    return rows


def meeting(candidates: list[dict]) -> list[tuple[dict, dict]]:
    """Each event that begins before an earlier one of its person is over, with the earlier one that lasts longest."""
    pairs = []
    people = defaultdict(list)
    for c in sorted(candidates, key=lambda c: (c["start_minute"], c["statement_id"])):
        people[c["person"]].append(c)
    for mine in people.values():
        longest = None
        for c in mine:
            if longest is not None and longest["end_minute"] > c["start_minute"]:
                pairs.append((c, longest))
            if longest is None or c["end_minute"] > longest["end_minute"]:
                longest = c
    return pairs


def overlap(y: Year) -> list[dict]:
    short = [c for c in y.approved if c["days"] == 1 and 0 < length(c) <= 1440]
    return [
        found(c, o["statement_id"], min(c["end_minute"], o["end_minute"]) - c["start_minute"])
        for c, o in meeting(short)
    ]


def two_places(y: Year) -> list[dict]:
    present = [c for c in y.approved if y.forms[c["form"]]["jalur"] == "klasikal"]
    return [
        found(c, o["statement_id"], o["end_minute"] - c["start_minute"])
        for c, o in meeting(present)
        if length(c) >= 1440 or length(o) >= 1440
    ]


def certificates(credits: Sequence[dict], *keys: str) -> dict[tuple, list[dict]]:
    """Approved credits with a certificate, by it and `keys`, oldest first."""
    groups = defaultdict(list)
    for c in sorted(credits, key=lambda c: (c["year"], c["day"], c["statement_id"])):
        if c["certificate"] is not None and c["review"] == "Disetujui":
            groups[c["certificate"], *(c[key] for key in keys)].append(c)
    return groups


def certificate_twice(y: Year) -> list[dict]:
    return [
        found(c, mine[0]["statement_id"], mark=c["certificate"])
        for mine in certificates(y.credits, "person").values()
        for c in mine
        if c["activity"] != mine[0]["activity"]
    ]


def certificate_years(y: Year) -> list[dict]:
    return [
        found(c, mine[0]["statement_id"], mine[0]["year"], mark=c["certificate"])
        for mine in certificates(y.every, "person").values()
        for c in mine
        if c["year"] == y.year and mine[0]["year"] < y.year
    ]


def certificate_people(y: Year) -> list[dict]:
    rows = []
    for (certificate,), mine in certificates(y.every).items():
        firsts = {}
        for c in mine:
            firsts[c["person"]] = min(firsts.get(c["person"], c["statement_id"]), c["statement_id"])
        people = sorted(firsts)
        for c in mine:
            if len(people) > 1 and c["year"] == y.year:
                other = people[-1] if c["person"] == people[0] else people[0]
                rows.append(found(c, firsts[other], len(people), mark=certificate))
    return rows


def across(institutions: dict[str, list[dict]], year: int) -> list[dict]:
    """Certificates that people of several institutions have, from the standing credits of each, of all years."""
    firsts: dict[str, dict[str, str]] = defaultdict(dict)
    held = [
        (institution, c)
        for institution, credits in institutions.items()
        for c in credits
        if c["certificate"] is not None and c["review"] == "Disetujui"
    ]
    for institution, c in held:
        known = firsts[c["certificate"]]
        known[institution] = min(known.get(institution, c["statement_id"]), c["statement_id"])
    rows = []
    for institution, c in held:
        known = firsts[c["certificate"]]
        if len(known) > 1 and c["year"] == year:
            other = max(known) if institution == min(known) else min(known)
            rows.append(
                {
                    "institution": institution, "person": c["person"], "statement_id": c["statement_id"],
                    "day": c["day"], "other_institution": other, "other_id": known[other], "amount": len(known),
                    "mark": c["certificate"],
                }
            )  # fmt: skip
    return rows


def double_entry(y: Year) -> list[dict]:
    def keys(c: dict) -> list[tuple]:
        own = [("activity", c["activity"])]
        own += [("day", c["form"], c["raw_jp"], c["day"])] if c["raw_jp"] > 300 else []
        return own + ([("title", c["activity_title"])] if c["activity_title"] else [])

    of_lms = defaultdict(list)
    for c in y.credits:
        if c["review"] != "Ditolak" and c["source"] in {"launch", "lms_record"}:
            for key in keys(c):
                of_lms[c["person"], key].append(c["statement_id"])
    rows = []
    for c in y.credits:
        if c["review"] != "Ditolak" and c["source"] not in {"launch", "lms_record"}:
            same = [key for key in keys(c) if (c["person"], key) in of_lms]
            if same:
                rows.append(found(c, min(min(of_lms[c["person"], k]) for k in same), mark=min(k[0] for k in same)))
    return rows


def bulk(y: Year) -> list[dict]:
    alone = [c for c in y.credits if c["source"] != "sheet"]
    together = Counter((c["activity"], c["end_second"]) for c in alone)
    return [
        found(c, None, together[c["activity"], c["end_second"]], BULK)
        for c in alone
        if together[c["activity"], c["end_second"]] > BULK
    ]


def day_hours(y: Year) -> list[dict]:
    room = 24 * 60 * 100 // MINUTES_PER_JP
    claims = [c for c in y.credits if c["review"] != "Ditolak" and by_hour(y, c)]
    days = Counter()
    for c in claims:
        days[c["person"], c["day"]] += c["raw_jp"] if c["days"] == 1 else 0
    rows = []
    for c in claims:
        claimed = days[c["person"], c["day"]] if c["days"] == 1 else c["raw_jp"]
        if claimed > room * c["days"]:
            rows.append(found(c, None, claimed, room * c["days"]))
    return rows


def wrong_unit(y: Year) -> list[dict]:
    rows = []
    for c in y.credits:
        fixed = fixed_jp(y, c)
        if c["review"] == "Ditolak":
            continue
        if fixed is not None:
            rows += [found(c, None, c["raw_jp"], fixed, "fixed")] if fixed != c["raw_jp"] else []
        elif c["days"] == 1 and length(c) > 0 and c["raw_jp"] == length(c) * 100:
            rows.append(found(c, None, c["raw_jp"], c["raw_jp"] // MINUTES_PER_JP, "minutes"))
        elif 0 < c["raw_jp"] < 10:
            rows.append(found(c, None, c["raw_jp"], c["raw_jp"] * 100, "hundredth"))
    return rows


def evidence(y: Year) -> list[dict]:
    return [
        found(c, None, c["raw_jp"], mark=c["source"])
        for c in y.approved
        if c["source"] not in {"launch", "lms_record"} and c["evidence"] is None and c["certificate"] is None
    ]


def pace(y: Year) -> list[dict]:
    modules = defaultdict(list)
    for c in y.approved:
        if c["days"] == 1 and length(c) > 0:
            modules[c["activity"]].append(c)
    rows = []
    for mine in modules.values():
        median = sorted(map(length, mine))[(len(mine) - 1) // 2]
        if len(mine) >= 10:
            rows += [found(c, None, length(c), median) for c in mine if length(c) * 4 < median]
    return rows


def outside_roster(y: Year) -> list[dict]:
    return [found(c, None, c["raw_jp"]) for c in y.credits if c["person"] not in y.roster]


def finding(f: dict, mark: str) -> dict:
    return found({"person": None, "day": int(f["stored"][:10].replace("-", "")), **f}, mark=mark)


def future(y: Year) -> list[dict]:
    ahead = [c for c in y.credits if c["end_minute"] > c["stored_minute"]]
    rows = [found(c, None, c["end_minute"] - c["stored_minute"], mark=c["source"]) for c in ahead]
    return rows + [finding(f, f["source"]) for f in of_year(y) if f["reason"] == "in_future"]


def unknown_person(y: Year) -> list[dict]:
    return [finding(f, f["source"]) for f in of_year(y) if f["reason"] == "actor_unknown"]


def unusable(y: Year) -> list[dict]:
    rest = [f for f in of_year(y) if f["reason"] not in {"in_future", "actor_unknown"}]
    doubtful = [found(c, mark=c["doubt"]) for c in y.credits if c["doubt"] is not None]
    return [finding(f, f["reason"]) for f in rest] + doubtful


def of_year(y: Year) -> list[dict]:
    return [f for f in y.findings if f["stored"].startswith(str(y.year))]


ANOMALIES = (
    bulk, certificate_people, certificate_twice, certificate_years, clock, day_hours, double_entry, evidence, future,
    outside_roster, overlap, pace, two_places, unknown_person, unusable, wrong_unit,
)  # fmt: skip
RECKONED: dict[str, Callable[[Year], list[dict]]] = {
    "report_person": person_rows,
    "report_opd": lambda y: grouped_people(y, "opd"),
    "report_institution": lambda y: grouped_people(y, "status"),
    "report_grade": lambda y: grouped_people(y, "grade", lambda row: y.roster[row["person"]].grade),
    "report_position": lambda y: grouped_people(y, "position", lambda row: y.roster[row["person"]].position),
    "report_form": by_form,
    "report_quarter": lambda y: periods(y, "quarter", 1),
    "report_semester": lambda y: periods(y, "semester", 2),
    "overview": overview,
    "counted_statements": counted_statements,
    "outside_roster": outside,
    **{f"anomaly_{one.__name__}": one for one in ANOMALIES},
}
"""How each file is reckoned, by its name."""
