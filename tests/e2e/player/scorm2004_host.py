"""A page of an LMS around a SCORM 2004 module: an independent runtime that records every call, and stricter rules.

The runtime is lenient (it lets long texts, odd words and too many decimals through), so `misspelt` checks what was
written by the standard's forms and by what Moodle takes.
"""

import re
import shutil
from pathlib import Path

HOST = """<!DOCTYPE html><html lang="id"><title>LMS</title>
<script src="scorm2004.min.js"></script><script src="host.js"></script>
<iframe src="modul/index.html" width="900" height="700" title="modul"></iframe></html>"""
HOST_SCRIPT = """
window.calls = JSON.parse(localStorage.getItem('calls') || '[]');
window.API_1484_11 = new Scorm2004API({autocommit: false, logLevel: 5});
const kept = localStorage.getItem('cmi');
API_1484_11.loadFromJSON(kept ? JSON.parse(kept).cmi : {learner_id: 'murid-1', learner_name: 'Sari'});
for (const name of ['Initialize', 'Terminate', 'GetValue', 'SetValue', 'Commit']) {
  const original = API_1484_11[name].bind(API_1484_11);
  API_1484_11[name] = (...given) => {
    const refused = window.refuse && name === 'Commit';
    const result = refused ? 'false' : original(...given);
    calls.push([name, ...given.map(String), String(result), refused ? '391' : String(API_1484_11.GetLastError())]);
    localStorage.setItem('calls', JSON.stringify(calls));
    if ((name === 'Commit' || name === 'Terminate') && !refused) {
      const kept = API_1484_11.renderCMIToJSONObject();
      if (kept.cmi.exit !== 'suspend') delete kept.cmi.suspend_data;
      else kept.cmi.entry = 'resume';
      localStorage.setItem('cmi', JSON.stringify(kept));
    }
    return result;
  };
}
const lastError = API_1484_11.GetLastError.bind(API_1484_11);
const last = () => calls.length ? calls[calls.length - 1][0] : '';
API_1484_11.GetLastError = () => window.refuse && last() === 'Commit' ? '391' : lastError();
"""
_INTERVAL = r"PT\d+H\d{1,2}M\d{1,2}(\.\d{1,2})?S"
_REAL = r"-?\d{1,10}(\.\d{1,7})?"
_FRACTION = r"0(\.\d{1,7})?|1"
_SHORT = r"[\w.]{1,250}"
_TEXT = r"\{lang=[a-z]{2}\}[^{].{0,249}"
FORMS = {
    "cmi.completion_status": r"incomplete|completed",
    "cmi.success_status": r"unknown|passed|failed",
    "cmi.score.raw": _REAL,
    "cmi.score.min": "0",
    "cmi.score.max": "100",
    "cmi.score.scaled": _FRACTION,
    "cmi.progress_measure": _FRACTION,
    "cmi.session_time": _INTERVAL,
    "cmi.exit": "suspend",
    "cmi.location": r".{1,1000}",
    "cmi.suspend_data": r".{1,64000}",
    "id": r"\S{1,4000}",
    "type": r"true-false|choice|fill-in|long-fill-in|matching|sequencing|likert|numeric",
    "description": _TEXT,
    "timestamp": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\dZ",
    "weighting": _REAL,
    "result": r"correct|incorrect|neutral",
    "latency": _INTERVAL,
}
RESPONSES = {
    "true-false": r"true|false",
    "choice": rf"{_SHORT}(\[,\]{_SHORT})*",
    "fill-in": _TEXT,
    "long-fill-in": r"\{lang=[a-z]{2}\}[^{].{0,3999}",
    "matching": rf"{_SHORT}\[\.\]{_SHORT}(\[,\]{_SHORT}\[\.\]{_SHORT})*",
    "sequencing": rf"{_SHORT}(\[,\]{_SHORT})*",
    "likert": _SHORT,
    "numeric": _REAL,
}
PATTERNS = RESPONSES | {
    "numeric": rf"{_REAL}\[:\]{_REAL}",
    "fill-in": r"\{case_matters=(true|false)\}" + _TEXT,
}


def write_host(folder: Path, node_modules: Path) -> None:
    """Puts the LMS's pages into `folder`; the module belongs into `folder`/modul."""
    shutil.copy(node_modules / "scorm-again" / "dist" / "scorm2004.min.js", folder)
    (folder / "host.html").write_text(HOST, encoding="utf-8")
    (folder / "host.js").write_text(HOST_SCRIPT, encoding="utf-8")
    (folder / "empty.html").write_text("<title>Beranda</title>", encoding="utf-8")


def errors(calls: list[list[str]]) -> list[list[str]]:
    """Calls that did not succeed; a value that is not set yet (403) is no failure of the player."""
    return [
        call
        for call in calls
        if (call[-1] not in ("0", "403") if call[0] == "GetValue" else (call[-2], call[-1]) != ("true", "0"))
    ]


def interactions(calls: list[list[str]]) -> list[dict[str, str]]:
    """What was written of each interaction, in the order of writing."""
    found: dict[str, dict[str, str]] = {}
    for call in calls:
        if call[0] == "SetValue" and (match := re.fullmatch(r"cmi\.interactions\.(\d+)\.(.+)", call[1])):
            found.setdefault(match[1], {})[match[2]] = call[2]
    return list(found.values())


def misspelt(calls: list[list[str]]) -> list[list[str]]:
    """Values that the standard or Moodle would not accept, whatever the runtime says."""
    found = []
    for call in calls:
        if call[0] != "SetValue" or call[1].endswith((".learner_response", ".pattern")):
            continue
        form = FORMS.get(call[1]) or FORMS.get(call[1].rsplit(".", 1)[-1])
        if form is None or not re.fullmatch(form, call[2]):
            found.append(call)
    for one in interactions(calls):
        if list(one)[:2] != ["id", "type"]:
            found.append([*one])
        for field, value in one.items():
            forms = {"learner_response": RESPONSES, "pattern": PATTERNS}.get(field.rsplit(".", 1)[-1])
            if forms and not re.fullmatch(forms[one["type"]], value):
                found.append([field, value])
    return found
