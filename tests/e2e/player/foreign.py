"""Small packages as strangers write them: one SCO that looks for its API, works, resumes, and ends as its page goes."""

import zipfile
from pathlib import Path

MANIFESTS = {
    "12": """<?xml version="1.0"?>
<manifest identifier="asing" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
 xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
<organizations default="o"><organization identifier="o"><title>Asing</title>
<item identifier="i" identifierref="r" parameters="?bab=1"><title>Satu</title>
<adlcp:datafromlms>mulai</adlcp:datafromlms></item></organization></organizations>
<resources><resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="isi/index.html">
<file href="isi/index.html"/><file href="isi/isi.js"/></resource></resources></manifest>""",
    "2004": """<?xml version="1.0"?>
<manifest identifier="asing" version="1.0" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
 xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss">
<metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>
<organizations default="o"><organization identifier="o"><title>Asing</title>
<item identifier="i" identifierref="r" parameters="?bab=1"><title>Satu</title>
<adlcp:dataFromLMS>mulai</adlcp:dataFromLMS>
<imsss:sequencing>
<imsss:deliveryControls completionSetByContent="true" objectiveSetByContent="true"/></imsss:sequencing>
</item></organization></organizations>
<resources><resource identifier="r" type="webcontent" adlcp:scormType="sco" href="isi/index.html">
<file href="isi/index.html"/><file href="isi/isi.js"/></resource></resources></manifest>""",
}
PAGE = "<!DOCTYPE html><html lang=id><title>Asing</title><h1>Satu</h1><script src='isi.js'></script></html>"
FIND = """
function find(name) {
  for (var win = window, far = 0; !win[name] && win.parent !== win && far < 10; far++) win = win.parent;
  return win[name];
}
"""
SCRIPTS = {
    "12": FIND
    + """
var api = find("API"), begun = api.LMSInitialize(""), done = false, wrong = [];
function get(name) { return api.LMSGetValue(name); }
function set(pairs) {
  pairs.forEach(function (pair) {
    if (api.LMSSetValue(pair[0], pair[1]) !== "true") wrong.push([pair[0], api.LMSGetLastError()]);
  });
}
window.found = {begun: begun, learner: get("cmi.core.student_id"), status: get("cmi.core.lesson_status"),
  data: get("cmi.suspend_data"),
  place: get("cmi.core.lesson_location"), bab: location.search};
function half() {
  set([["cmi.core.lesson_status", "incomplete"], ["cmi.core.lesson_location", "hal-2"],
    ["cmi.suspend_data", "jawab=" + "ab".repeat(900)],
    ["cmi.interactions.0.id", "soal-1"], ["cmi.interactions.0.type", "choice"], ["cmi.interactions.0.time", "09:00:00"],
    ["cmi.interactions.0.student_response", "a,b"], ["cmi.interactions.0.result", "wrong"],
    ["cmi.core.exit", "suspend"]]);
  return api.LMSCommit("");
}
function whole() {
  set([["cmi.core.score.min", "0"], ["cmi.core.score.max", "100"], ["cmi.core.score.raw", "85"],
    ["cmi.core.lesson_status", "passed"],
    ["cmi.core.session_time", "00:02:03"]]);
  return api.LMSCommit("");
}
window.addEventListener("unload", function () {
  if (location.hash === "#lupa") return;
  set([["cmi.core.session_time", "00:02:30"], ["cmi.core.exit", ""]]);
  api.LMSFinish("");
});
""",
    "2004": FIND
    + """
var api = find("API_1484_11"), begun = api.Initialize(""), wrong = [];
function get(name) { return api.GetValue(name); }
function set(pairs) {
  pairs.forEach(function (pair) {
    if (api.SetValue(pair[0], pair[1]) !== "true") wrong.push([pair[0], api.GetLastError()]);
  });
}
window.found = {begun: begun, learner: get("cmi.learner_id"), status: get("cmi.completion_status"),
  data: get("cmi.suspend_data"),
  place: get("cmi.location"), bab: location.search};
function half() {
  set([["cmi.completion_status", "incomplete"], ["cmi.location", "hal-2"],
    ["cmi.suspend_data", "jawab=" + "ab".repeat(9000)],
    ["cmi.exit", "suspend"], ["cmi.interactions.0.id", "urn:soal:1"],
    ["cmi.interactions.0.type", "choice"],
    ["cmi.interactions.0.timestamp", "2026-01-05T09:00:00Z"], ["cmi.interactions.0.learner_response", "a[,]b"],
    ["cmi.interactions.0.result", "incorrect"]]);
  return api.Commit("");
}
function whole() {
  set([["cmi.score.min", "0"], ["cmi.score.max", "100"], ["cmi.score.raw", "85"],
    ["cmi.score.scaled", "0.85"],
    ["cmi.completion_status", "completed"], ["cmi.success_status", "passed"], ["cmi.session_time", "PT2M3S"]]);
  return api.Commit("");
}
window.addEventListener("unload", function () {
  if (location.hash === "#lupa") return;
  set([["cmi.session_time", "PT2M30S"], ["cmi.exit", "suspend"]]);
  api.Terminate("");
});
""",
}


def write_foreign(path: Path, kind: str, scos: int = 1) -> Path:
    """The package of `kind`, `12` or `2004`, as a zip at `path`; with more `scos` the same content stands for each."""
    manifest = MANIFESTS[kind]
    item, end = manifest[manifest.index("<item ") :].split("</item>")[0] + "</item>", "</organization>"
    more = (
        item.replace('identifier="i"', f'identifier="i{number}"').replace("bab=1", f"bab={number}")
        for number in range(2, scos + 1)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("imsmanifest.xml", manifest.replace(end, "".join(more) + end, 1))
        package.writestr("isi/index.html", PAGE)
        package.writestr("isi/isi.js", SCRIPTS[kind])
    return path
