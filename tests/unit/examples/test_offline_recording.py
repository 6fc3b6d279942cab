"""The example without a network: it runs alone, and the other end can take its file in."""

import json
import subprocess
import sys
from pathlib import Path

from xapi.clock import random_ids, system_clock
from xapi.database import migrate, open_database
from xapi.intake import Intake
from xapi.people import PeopleStore
from xapi.queue import Queue
from xapi.recorder import Recorder
from xapi.recorder.exchange import PrivateKey, import_statements, open_file

SCRIPT = Path(__file__).parents[3] / "examples" / "rekam_tanpa_jaringan.py"
PROVINCE = PrivateKey(b"0123456789abcdef0123456789abcdef")
NIP = "198501012099031001"


def test_what_the_example_records_is_taken_in_at_the_other_end(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, str(SCRIPT), str(tmp_path)], capture_output=True, text=True, check=True)
    assert "9 pernyataan" in done.stdout
    assert NIP not in done.stdout
    (file,) = tmp_path.glob("*.jampel")
    assert NIP.encode() not in (tmp_path / "catatan.db").read_bytes() + file.read_bytes()

    queue_engine, people_engine = open_database(tmp_path / "queue.db"), open_database(tmp_path / "people.db")
    migrate(queue_engine, "xapi.queue")
    migrate(people_engine, "xapi.people")
    people = PeopleStore(people_engine, "e" * 32, random_ids)
    known = people.ensure_nip(NIP, "Siti Contoh")
    recorder = Recorder(Queue(queue_engine), "e" * 32)
    with open_file(file, key=PROVINCE) as opened:
        taken, _ = import_statements(opened, recorder, Intake(people, system_clock).admit, key=PROVINCE)
    assert (taken.new, taken.refused) == (9, 0)
    attended = [json.loads(one.body) for one in recorder.undelivered() if b"attended" in one.body]
    assert known in [one["actor"]["account"]["name"] for one in attended]
    queue_engine.dispose()
    people_engine.dispose()
