"""A page of an LMS around a SCORM 1.2 module: an independent runtime that records every call."""

import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

HOST = """<!DOCTYPE html><html lang="id"><title>LMS</title>
<script src="scorm12.min.js"></script><script src="host.js"></script>
<iframe src="modul/index.html" width="900" height="700" title="modul"></iframe></html>"""
HOST_SCRIPT = """
window.calls = JSON.parse(localStorage.getItem('calls') || '[]');
window.API = new Scorm12API({autocommit: false, logLevel: 5});
const place = location.pathname.endsWith('/host.html') ? 'cmi' : 'cmi:' + location.pathname; // each SCO has its own
const kept = localStorage.getItem(place);
if (kept) API.loadFromJSON(JSON.parse(kept).cmi);
else API.loadFromJSON({core: {student_id: 'murid-1', student_name: 'Sari'}});
for (const name of ['LMSInitialize', 'LMSFinish', 'LMSGetValue', 'LMSSetValue', 'LMSCommit']) {
  const original = API[name].bind(API);
  API[name] = (...given) => {
    const refused = window.refuse && name === 'LMSCommit';
    const result = refused ? 'false' : original(...given);
    calls.push([name, ...given.map(String), String(result), refused ? '391' : String(API.LMSGetLastError())]);
    localStorage.setItem('calls', JSON.stringify(calls));
    const saves = (name === 'LMSCommit' || name === 'LMSFinish') && !refused;
    if (saves) localStorage.setItem(place, JSON.stringify(API.renderCMIToJSONObject()));
    return result;
  };
}
const lastError = API.LMSGetLastError.bind(API);
const last = () => calls.length ? calls[calls.length - 1][0] : '';
API.LMSGetLastError = () => window.refuse && last() === 'LMSCommit' ? '391' : lastError();
"""
FORMS = {
    "cmi.core.session_time": r"\d{2,4}:\d\d:\d\d\.\d\d",
    "cmi.core.score.raw": r"\d{1,3}(\.\d{1,2})?",
    "cmi.core.lesson_status": r"passed|completed|failed|incomplete",
    "cmi.core.exit": r"suspend|",
    "id": r"[!-~]{1,255}",
    "time": r"\d\d:\d\d:\d\d",
    "latency": r"\d{2,4}:\d\d:\d\d\.\d\d",
    "result": r"correct|wrong|neutral",
    "type": r"true-false|choice|fill-in|matching|sequencing|likert|numeric",
    "weighting": r"\d+(\.\d{1,2})?",
}


class Lms:
    """A page of an LMS with the module in a frame."""

    def __init__(self, page: Any, address: str, learner: Callable[[Any], Any], setter: str = "LMSSetValue") -> None:
        self.page, self.address, self.learner, self.setter = page, address, learner, setter

    def launch(self, host: str = "host.html") -> Any:
        self.page.goto(f"{self.address}/{host}")
        return self.learner(self.page.frames[1])

    def calls(self) -> list[list[str]]:
        return list(self.page.evaluate("JSON.parse(localStorage.getItem('calls') || '[]')"))

    def written(self, element: str) -> list[str]:
        return [call[2] for call in self.calls() if call[0] == self.setter and call[1] == element]

    def leave(self) -> None:
        self.page.goto(f"{self.address}/empty.html")

    def reopen(self) -> None:
        self.page = self.page.context.new_page()
        self.page.goto(f"{self.address}/empty.html")


def write_host(folder: Path, node_modules: Path, scos: Sequence[str] = ()) -> None:
    """Puts the LMS's pages into `folder`; the module belongs into `folder`/modul.

    Each of `scos`, files of the module that start one, gets a page beside `host.html`: `host-` and its name.
    """
    shutil.copy(node_modules / "scorm-again" / "dist" / "scorm12.min.js", folder)
    (folder / "host.html").write_text(HOST, encoding="utf-8")
    for sco in scos:
        (folder / f"host-{sco}").write_text(HOST.replace("index.html", sco), encoding="utf-8")
    (folder / "host.js").write_text(HOST_SCRIPT, encoding="utf-8")
    (folder / "empty.html").write_text("<title>Beranda</title>", encoding="utf-8")


def errors(calls: list[list[str]]) -> list[list[str]]:
    """Calls that did not succeed; reading an element is a success when no error is set."""
    return [call for call in calls if call[-1] != "0" or (call[0] != "LMSGetValue" and call[-2] != "true")]


def misspelt(calls: list[list[str]]) -> list[list[str]]:
    """Values the standard would not accept, whatever the runtime says, and interactions that do not begin by an id."""
    found, begun = [], set()
    for call in calls:
        if call[0] != "LMSSetValue":
            continue
        record = re.match(r"cmi\.interactions\.\d+", call[1])
        if record and record[0] not in begun and not call[1].endswith(".id"):
            found.append(call)
        begun.add(record[0] if record else "")
        form = FORMS.get(call[1]) or FORMS.get(call[1].rsplit(".", 1)[-1])
        limit = 4096 if call[1] == "cmi.suspend_data" else 255
        if len(call[2]) > limit or (form and not re.fullmatch(form, call[2])):
            found.append(call)
    return found
