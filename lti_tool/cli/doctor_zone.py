"""What `jampel doctor` says about the institution's time zone."""

from lti_tool.console import say
from lti_tool.watch.zone import INDONESIAN, zone_fault, zone_warning


def say_zone(zone: str) -> bool:
    """Says whether `zone` can be told here; whether it cannot, and then nothing of this installation can be opened."""
    known, fault = ", ".join(INDONESIAN), zone_fault(zone)
    if fault == "no_data":
        say("SALAH data zona waktu tidak ada di mesin ini: pasang tzdata dari sistem (apt install tzdata).")
    elif fault:
        say("SALAH zona waktu %(zone)s tidak dikenal: isi [institution] time_zone dengan %(known)s.",
            zone=zone, known=known)  # fmt: skip
    elif zone_warning(zone) == "not_indonesian":
        say("PERINGATAN zona waktu %(zone)s bukan zona Indonesia (%(known)s): hari dan tahun JP dihitung menurut zona "
            "itu.", zone=zone, known=known)  # fmt: skip
    elif zone_warning(zone):
        say("PERINGATAN data zona waktu sistem tidak ada, jadi yang dari paket Python dipakai: pasang tzdata dari "
            "sistem agar ikut diperbarui.")  # fmt: skip
    else:
        say("Zona waktu %(zone)s dikenal.", zone=zone)
    return bool(fault)
