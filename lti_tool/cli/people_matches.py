"""`jampel people matches list|confirm|refuse|merges|undo`: who may be whom, decided by people."""

import click
from rich.table import Table

from lti_tool.cli.installation import open_existing
from lti_tool.cli.operators import operator_name
from lti_tool.cli.output import show_table
from lti_tool.cli.times import local_time
from lti_tool.console import FINDINGS, N_, Group, fail, json_option, print_json, say, settings_option, words
from lti_tool.settings import Settings
from xapi.identity import mask_nip
from xapi.people.matching import Known, Rule

RULES: dict[Rule, str] = {
    "new_number": N_("nomor baru: nama, tanggal lahir, dan jenis kelamin sama"),
    "same_username": N_("nama pengguna sama di LMS lain"),
    "same_name": N_("nama sama"),
}


@click.group(cls=Group, help=N_("Usulan pencocokan: akun atau nomor yang mungkin milik pegawai yang sama."))
def matches() -> None:
    """Proposed matches."""


@matches.command("list", help=N_("Usulan yang belum diputuskan.\n\nContoh: jampel people matches list"))
@json_option
@settings_option
def list_matches(settings: Settings, as_json: bool) -> None:
    """The proposals, the surer rule first; exit 1 when something waits for a decision."""
    with open_existing(settings) as services:
        found = services.people.matches.waiting()
    if as_json:
        print_json([{"id": one.id, "rule": one.rule, "old": _facts(old), "target": _facts(target)}
                    for one, old, target in found])  # fmt: skip
    else:
        shown = Table()
        for heading in ("ID", words("Aturan"), words("Yang ini"), words("mungkin pegawai ini")):
            shown.add_column(heading)
        for one, old, target in found:
            shown.add_row(one.id, words(RULES[one.rule]), _words_of(old), _words_of(target))
        show_table(shown)
    if found:
        fail(
            words("%(n)s usulan menunggu keputusan: jampel people matches confirm ID, atau refuse ID.", n=len(found)),
            FINDINGS,
        )
    say("Tidak ada usulan yang menunggu.")


def _facts(known: Known) -> dict[str, object]:
    return {
        "person": known.person,
        "name": known.name,
        "nips": [mask_nip(number) for number in known.nips],
        "accounts": [{"issuer": issuer, "subject": mask_nip(subject)} for issuer, subject in known.usernames],
    }


def _words_of(known: Known) -> str:
    numbers = ", ".join(mask_nip(number) for number in known.nips)
    places = ", ".join(sorted({issuer for issuer, _subject in known.usernames}))
    return "\n".join(part for part in (known.name or words("Tanpa nama"), numbers, places) if part)


@matches.command(
    "confirm", help=N_("Benar, keduanya satu orang; dapat dibatalkan.\n\nContoh: jampel people matches confirm 3f2a9c")
)
@click.argument("proposal_id", metavar="ID")
@settings_option
def confirm(settings: Settings, proposal_id: str) -> None:
    """Makes the two one person."""
    with open_existing(settings) as services:
        services.people.matches.confirm(proposal_id, services.clock(), decided_by=operator_name())
        seq = services.people.matches.merges(1)[0].seq
    say("Digabungkan. Batalkan dengan: jampel people matches undo %(seq)s", seq=seq)


@matches.command(
    "refuse", help=N_("Bukan orang yang sama; tidak diusulkan lagi.\n\nContoh: jampel people matches refuse 3f2a9c")
)
@click.argument("proposal_id", metavar="ID")
@settings_option
def refuse(settings: Settings, proposal_id: str) -> None:
    """Says that the two are different people."""
    with open_existing(settings) as services:
        services.people.matches.refuse(proposal_id, services.clock(), decided_by=operator_name())
    say("Dicatat: dua orang yang berbeda.")


@matches.command("merges", help=N_("Penggabungan yang pernah dibuat.\n\nContoh: jampel people matches merges --json"))
@json_option
@settings_option
def merges(settings: Settings, as_json: bool) -> None:
    """What was merged, when, by whom, by which rule."""
    with open_existing(settings) as services:
        found, zone = services.people.matches.merges(), services.zone
    if as_json:
        fields = ("seq", "old", "target", "at", "decided_by", "rule", "undone")
        print_json([{name: getattr(one, name) for name in fields} for one in found])
        return
    shown = Table()
    for heading in (words("No."), words("Waktu"), words("Aturan"), words("Oleh"), words("Dibatalkan")):
        shown.add_column(heading)
    for one in found:
        at, undone = local_time(one.at, zone), local_time(one.undone, zone)
        shown.add_row(str(one.seq), at, one.rule, one.decided_by or "–", undone)
    show_table(shown)


@matches.command(
    "undo", help=N_("Batalkan penggabungan: keduanya dua orang lagi.\n\nContoh: jampel people matches undo 12")
)
@click.argument("seq", type=click.IntRange(min=1), metavar="NUMBER")
@settings_option
def undo(settings: Settings, seq: int) -> None:
    """Makes two persons of one again."""
    with open_existing(settings) as services:
        services.people.matches.undo(seq, services.clock(), decided_by=operator_name())
    say("Penggabungan dibatalkan; buku kredit menyesuaikan pada penghitungan berikutnya.")
