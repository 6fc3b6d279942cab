"""Every script and style sheet that is shipped runs in the oldest browsers that docs/browsers.md names.

What has a syntax of its own is held by esbuild: made for the oldest browsers, a file must come out as for the newest.
What has none, a function or a property that came later, stands in a list here.
"""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
#: As docs/browsers.md says them; esbuild knows Edge, Samsung Internet and WebView by their Chrome.
OLDEST = {"chrome": 90, "firefox": 91, "safari": 15}
FOLDERS = ("lti_tool", "scorm_packager", "adapters", "xapi", "deploy")

#: What came after the oldest browsers, and cannot be told by its syntax.
TOO_NEW = {
    ".js": (
        r"\.at\(", r"structuredClone", r"Object\.hasOwn\b", r"Object\.groupBy", r"Array\.fromAsync", r"\.findLast",
        r"\.to(?:Sorted|Reversed|Spliced)\b", r"AbortSignal\.\w+", r"requestSubmit", r"randomUUID", r"showModal",
        r"showPicker", r"BroadcastChannel", r"navigator\.locks", r"CompressionStream", r"requestIdleCallback",
        r"\.inert\b", r"showPopover", r"Promise\.withResolvers", r"URL\.(?:canParse|parse)\b", r"Intl\.Segmenter",
        r"startViewTransition", r"checkVisibility", r"setHTML", r"\.aria[A-Z]\w+", r"isWellFormed", r"\(\?<[=!]",
        r"cause:", r":has\(", r"sendBeacon",
    ),
    ".css": (
        r":has\(", r"color-mix\(", r"\bok(?:lch|lab)\(", r"light-dark\(", r"@container", r"@layer", r"@scope",
        r"@property", r"@starting-style", r"subgrid", r"\d[dsl]v(?:h|w|i|b|min|max)\b", r"text-wrap", r"accent-color",
        r"scrollbar-gutter", r"field-sizing", r"content-visibility", r"overflow[xy-]*: clip", r":focus-visible",
        r":user-(?:in)?valid", r"(?<![\w-])(?:translate|rotate|scale):", r"anywhere", r"\((?:width|height) *[<>]",
        r"justify-content: (?:start|end)\b",
    ),
    ".html": (r"<dialog", r"\bpopover", r"\binert\b", r"<search\b", r"\bcommandfor", r"until-found"),
}  # fmt: skip
#: Where it is used all the same: what an older browser does instead.
HARMLESS = {
    ("statements.js", "randomUUID"): "random bytes make the id",
    ("result.js", "showModal"): "the answer goes to the page of the result",
    ("inlet.js", "sendBeacon"): "only listened to, where it is there",
    ("*.css", ":has("): "a rule of its own: looks plainer",
    ("*.css", ":focus-visible"): "the browser's own ring",
    ("*.css", "text-wrap"): "headings break anywhere",
    ("*.css", "accent-color"): "boxes in the browser's colour",
    ("*.css", "anywhere"): "inherits break-word",
    ("later.css", "overflow-x: clip"): "each sheet scrolls by itself",
}
#: Lists that an old browser shall pass over as a whole, by their beginning: half of them would be worse than nothing.
TOGETHER = (".flow td.right:has(+ .right)",)
FILES = sorted(path for folder in FOLDERS for suffix in TOO_NEW for path in (ROOT / folder).rglob(f"*{suffix}"))


def _allowed(path: Path, found: str) -> bool:
    return any((name, found) in HARMLESS for name in (path.name.removeprefix("id."), f"*{path.suffix}"))


def _code(path: Path) -> str:
    """The text of a file without its comments."""
    return re.sub(r"/\*.*?\*/|(?m:^\s*//.*$)", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_nothing_is_used_that_the_oldest_browsers_lack() -> None:
    assert len(FILES) > 100, "the files that are shipped are found"
    found = [
        f"{path.relative_to(ROOT)}: {hit}"
        for path in FILES
        for token in TOO_NEW[path.suffix]
        for hit in re.findall(token, _code(path))
        if not _allowed(path, hit)
    ]
    assert found == []


def test_what_is_said_to_be_harmless_is_used() -> None:
    """The list says nothing of what is gone."""
    texts = {path: _code(path) for path in FILES}
    gone = [
        (name, what)
        for name, what in HARMLESS
        if not any(path.match(name) and what in text for path, text in texts.items())
    ]
    assert gone == []


def test_a_selector_that_old_browsers_lack_does_not_take_others_with_it() -> None:
    """A browser passes over a whole list of selectors when it does not know one of them (Selectors 4, 4.1)."""
    found = []
    for path in (path for path in FILES if path.suffix == ".css"):
        for rule in re.findall(r"([^{}]+)\{", _code(path)):
            parts = [part.strip() for part in re.split(r",(?![^(]*\))", rule)]
            for new in (":has(", ":focus-visible"):
                lost = [part for part in parts if new not in part]
                if len(lost) not in (0, len(parts)) and not parts[0].startswith(TOGETHER):
                    found.append(f"{path.relative_to(ROOT)}: {', '.join(parts)}")
    assert found == []


@pytest.mark.npm
def test_the_syntax_of_scripts_and_styles_is_that_of_the_oldest_browsers(
    require: Callable[[str], str], tmp_path: Path
) -> None:
    """Also a prefix that an old Safari wants is missing where esbuild adds one."""
    esbuild = Path(require("node_modules")) / ".bin" / "esbuild"
    files = [path for path in FILES if path.suffix in (".js", ".css")]
    made = {}
    for target in ("esnext", ",".join(f"{name}{version}" for name, version in OLDEST.items())):
        place = tmp_path / target
        options = [f"--target={target}", f"--outdir={place}", f"--outbase={ROOT}", "--charset=utf8"]
        done = subprocess.run([esbuild, *files, *options], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        made[target] = {path: (place / path.relative_to(ROOT)).read_text(encoding="utf-8") for path in files}
    newest, oldest = made.values()
    assert [str(path.relative_to(ROOT)) for path in files if newest[path] != oldest[path]] == []


def test_the_documents_name_the_same_browsers() -> None:
    said = (ROOT / "docs" / "browsers.md").read_text(encoding="utf-8")
    for name, version in OLDEST.items():
        assert re.search(rf"{name}[^|\n]* {version}\b", said, re.IGNORECASE), name
