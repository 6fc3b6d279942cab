"""Gives each tracked part of a course the bridge's page that opens it."""

from collections.abc import Iterable

from scorm_packager.bridge import STYLE, inlet, page_after, page_for, script_for
from scorm_packager.convert.tree import Node, Tree
from scorm_packager.reader.hrefs import is_outside

FOLDER = "jembatan"
INLET, AFTER = "sambung.js", "selesai.html"


def bridge_files(tree: Tree, target: str, taken: Iterable[str]) -> dict[str, bytes]:
    """The bridge's files for an LMS that speaks `target`, by name, in a folder that nothing in `taken` uses.

    Each part of `tree` that they open knows its page then. In cmi5 that is every part: there even a plain page must
    speak, or the LMS never hears of it.
    """
    leaves = [leaf for leaf in tree.leaves() if leaf.tracked or target == "cmi5"]
    if not leaves:
        return {}
    folder = _free(taken)
    script = script_for(target, tree.content)
    files = {f"{folder}/jembatan.js": script, f"{folder}/jembatan.css": STYLE.encode() + b"\n"}
    if tree.content == "cmi5":
        files[f"{folder}/{INLET}"] = inlet()
        files[f"{folder}/{AFTER}"] = page_after(title=tree.title, language=tree.language)
    for number, leaf in enumerate(leaves, 1):
        leaf.page = f"{folder}/{number}.html"
        files[leaf.page] = page_for(settings_of(leaf, tree, target), title=leaf.title, language=tree.language)
    return files


def settings_of(leaf: Node, tree: Tree, target: str) -> dict[str, object]:
    """What the page of `leaf` is told, as bridge/start.js and bridge/api.js or bridge/desk.js read it."""
    if leaf.unit is not None:
        launch = {"content": "cmi5", "target": target, "launch": f"../{leaf.address}", "after": AFTER}
        return {**leaf.unit, **launch}
    return {
        "content": tree.content if leaf.tracked else "asset",
        "target": target,
        "launch": leaf.address if is_outside(leaf.address) else f"../{leaf.address}",
        "language": tree.language,
        "launchData": leaf.data,
        "passing": leaf.mastery,
        "threshold": leaf.threshold,
        "maxTime": leaf.time_limit,
        "timeAction": leaf.time_action,
        "objectives": list(leaf.objectives),
        "setByContent": not leaf.quiet,
    }


def _free(taken: Iterable[str]) -> str:
    """A folder at the root of the zip that is not there, whatever its letters."""
    used = {name.split("/")[0].lower() for name in taken}
    found, number = FOLDER, 1
    while found in used:
        number += 1
        found = f"{FOLDER}-{number}"
    return found
