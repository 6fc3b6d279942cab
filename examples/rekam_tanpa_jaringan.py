"""Records a class by radio and a video session without any server, and writes the file that goes by USB stick.

    python examples/rekam_tanpa_jaringan.py [FOLDER]

The village has no people store and no link: people are local numbers here, and each NIP is sealed to the key of the
province at once, so that not even the laptop can read it back. `jampel outbox import` takes the file in there.
"""

import sys
import tempfile
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from xapi import Recorder
from xapi.builders import account, attendance, video
from xapi.clock import system_clock
from xapi.intake import Identity
from xapi.recorder.exchange import Place, PrivateKey, Protection, export_outbox, open_file, seal_identity

VILLAGE = "https://desa.example.go.id/"
EAST = ZoneInfo("Asia/Jayapura")
PEOPLE = {"1": ("198501012099031001", "Siti Contoh"), "2": ("199002022099121002", "Budi Contoh")}  # synthetic numbers


def main(folder: Path) -> Path:
    """Records into `folder`/catatan.db and returns the exchange file."""
    province = PrivateKey(b"0123456789abcdef0123456789abcdef", "provinsi")  # an example: a real one stays in its vault
    file = folder / f"kelas-{system_clock():%Y%m%d-%H%M%S}.jampel"
    with Recorder.open(folder / "catatan.db") as recorder:
        record_class(recorder, province)
        record_video(recorder)
        print(recorder.status()["waiting"], "pernyataan tersimpan di disk")
        place = Place("0" * 32, "Kantor Desa Contoh", system_clock(), "contoh")
        export_outbox(recorder, file, place, protection=Protection(to=province.public))
    with open_file(file, key=province) as opened:
        print(opened.header.count, "pernyataan di", file.name)
    return file


def record_class(recorder: Recorder, province: PrivateKey) -> None:
    """Two people listened to a class by radio, from nine to half past ten."""
    start = datetime(2026, 3, 2, 9, tzinfo=EAST)
    radio = attendance.event(VILLAGE + "kegiatan/kelas-radio-1", "Kelas radio: menangani ikan", organiser="BPSDM")
    for number, (nip, name) in PEOPLE.items():
        present = attendance.attended(
            account(VILLAGE, number), radio, start, start + timedelta(minutes=90), jp=200, bentuk="seminar"
        )
        recorder.record(present, "sheet", sealed=seal_identity(Identity(nip=nip, name=name), province.public))


def record_video(recorder: Recorder) -> None:
    """One of them watched a video of a minute, went back once, and saw it to the end."""
    film = video.of(VILLAGE + "video/es-dan-ikan", "Es dan ikan")
    session = video.Session(account(VILLAGE, "1"), film, 60, session_id=str(uuid.uuid4()))
    for made in (
        session.initialized(),
        session.played(0),
        session.paused(40),
        session.played(40),
        session.seeked(45, 30),
        session.completed(60, spent=timedelta(minutes=2)),
        session.terminated(60),
    ):
        recorder.record(made)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp(prefix="jampel-contoh-")))
