"""A record that a module on a USB stick gives out comes in by `jampel lrs import`, and waits for a review."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from lti_tool.cli import main
from lti_tool.web.testing import Site
from scorm_packager.player import FOLDER, script_names
from xapi.audit.report import report

HARNESS = Path(__file__).parent.parent / "unit" / "scorm_packager" / "player_transports.js"
ASKING = {"questions.js", "review.js", "media.js", "result.js", "export.js"}
SCREEN = {"pages.js", "player.js", "status.js", "start.js", *ASKING}
WHEN = "2026-11-22T02:00:00Z"  # the day before that of the site
LEARN = """
const course = make(), transport = Jampel.transports.web(course, {}, () => {});
await transport.open();
transport.page(0);
transport.answer({ question: course.list[0], response: 1, correct: true, seconds: 3 });
transport.report({ status: 'passed', score: 8750, seconds: 61.5 });
transport.close();
return await transport.export({ id: '198501012099031001', name: 'Siti Contoh' }).blob.text();
"""


@pytest.fixture
def exported(tmp_path: Path, require: Callable[[str], str]) -> Path:
    """The file that a learner took out of the module."""
    names = [name for name in script_names("web") if name not in SCREEN]
    command = [require("node"), str(HARNESS), str(FOLDER), *names]
    done = subprocess.run(command, input=LEARN, capture_output=True, text=True, timeout=60, check=True)
    file = tmp_path / "uji.jsonl"
    statements = [json.loads(line) | {"timestamp": WHEN} for line in json.loads(done.stdout).splitlines()]
    file.write_text("".join(json.dumps(one) + "\n" for one in statements), encoding="utf-8")
    return file


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    found = Site(tmp_path / "data")
    yield found
    found.close()


def test_the_record_of_a_module_without_an_lms_is_imported_and_waits_for_a_review(site: Site, exported: Path) -> None:
    person = site.employ("Siti Contoh")
    where = {"JAMPEL_DATA": str(site.data), "JAMPEL_INSTITUTION__SLUG": site.services.institution.slug}
    for new in (6, 0):
        found = CliRunner().invoke(main, ["lrs", "import", str(exported), "--from-start"], env=where)
        assert found.exit_code == 0, found.stderr
        assert f"{new} baru" in found.stderr
    assert "198501012099031001" not in found.output
    site.count()
    services = site.services
    (row,) = [
        row
        for row in report(services.ledger, services.people, 2026, "pegawai").rows
        if services.people.by_nip(str(row["nip"])) == person
    ]
    assert (row["accepted"], row["pending"]) == (0, 200)
