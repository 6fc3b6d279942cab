"""The example with a Moodle: from the answers of its web service to a line of the audit for each employee."""

import re
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[3] / "examples" / "tarik_moodle.py"


def test_what_the_moodle_says_ends_in_the_report(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, str(SCRIPT), str(tmp_path)], capture_output=True, text=True, check=True)

    assert "5 baru, 0 sudah ada, 1 ditolak" in done.stderr
    assert "0 dibaca" in done.stderr  # the second pull
    line = next(line for line in done.stdout.splitlines() if "Siti Contoh" in line)
    assert re.findall(r"[0-9]+,[0-9]{2}", line) == ["3,00", "3,00", "3,00", "3,00", "0,00", "20,00"]
    assert "token-contoh" not in done.stdout + done.stderr
