"""Packs the player for slow links: `python -m tools.player` writes `scorm_packager/player/packed` (make player).

Each source is packed alone, by esbuild and terser of the test peers, and the digest of what it was made from is kept:
when a source changed since, the sources are shipped as they are, larger but never stale. Of the words a package needs
one language, so each has its own file.
"""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

from scorm_packager.player import FOLDER, LANGUAGES, PACKED, WORDS
from tools.player_names import short_names

ROOT = Path(__file__).parent.parent
#: Beside the test peers, which it imports.
PACKER = ROOT / "tests" / "js" / "pack_player.mjs"
#: What each source says of itself and the script of a package says once, around them all (`player_files`).
FRAME = re.compile(r'^  "use strict";\n|^  var (?:Jampel = \(?window\.Jampel.*|h = Jampel\.h);\n', re.MULTILINE)
#: A text that is a name: the key of a sentence, or of a method that is called later.
QUOTED = re.compile(r'"([a-z]+[A-Z]\w*)"')


def packed_files() -> dict[str, str]:
    """Name and content of every packed file; raises FileNotFoundError without Node."""
    names = short_names()
    files: dict[str, str] = {}
    for path in _sources():
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".js":
            text = FRAME.sub("", text).replace("(function () {", "(() => {", 1)
            text = QUOTED.sub(lambda found: f'"{names.get(found[1], found[1])}"', text)
        if path.name in WORDS:
            files |= {f"{language}.{path.name}": only(text, language) for language in LANGUAGES}
        else:
            files[path.name] = text
    wanted = json.dumps({"files": files, "names": names})
    done = subprocess.run(["node", PACKER], input=wanted, capture_output=True, text=True, check=True)  # noqa: S603, S607
    packed: dict[str, str] = json.loads(done.stdout)
    return packed


def digests() -> dict[str, str]:
    """The digest of each source."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in _sources()}


def only(words: str, language: str) -> str:
    """The source of the words with one language alone."""
    others = "|".join(name for name in LANGUAGES if name != language)
    return re.sub(rf"\n    (?:{others}): \{{\n.*?\n    \}},?(?=\n)", "", words, flags=re.DOTALL)


def _sources() -> list[Path]:
    return sorted(path for path in FOLDER.iterdir() if path.suffix in (".js", ".css"))


def main() -> int:
    """Writes every packed file and the digests; returns the exit code."""
    PACKED.mkdir(exist_ok=True)
    files = packed_files()
    for path in PACKED.iterdir():
        if path.name not in files:
            path.unlink()
    for name, text in files.items():
        (PACKED / name).write_text(text, encoding="utf-8")
    (PACKED / "sources.json").write_text(json.dumps(digests(), indent=1) + "\n", encoding="utf-8")
    print(f"{len(files)} files, {sum(len(text.encode()) for text in files.values())} bytes", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
