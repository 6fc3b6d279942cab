"""Packs the player for slow links: `python -m tools.player` writes `scorm_packager/player/packed` (make player).

Each source is packed alone, by esbuild of the test peers, with a digest of the source it was made from: a source that
changed since is shipped as it is, larger but never stale. Of the words a package needs one language, so each has its
own file.
"""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

from scorm_packager.player import FOLDER, LANGUAGES, PACKED, WORDS

ROOT = Path(__file__).parent.parent
ESBUILD = ROOT / "tests" / "js" / "node_modules" / ".bin" / "esbuild"
#: What every browser with the player's own features (async functions, dialogs as an extra) understands.
TARGET = "--target=es2018,chrome64,firefox78,safari12"

#: Around each source; the whole script begins with the same word, so its files need not say it again.
FRAME = '(function(){"use strict";'


def packed_files() -> dict[str, str]:
    """Name and content of every packed file; raises FileNotFoundError without the test peers."""
    found = {}
    for path in sorted(path for path in FOLDER.iterdir() if path.suffix in (".js", ".css")):
        source = path.read_text(encoding="utf-8")
        if path.name in WORDS:
            found |= {f"{language}.{path.name}": pack(only(source, language), ".js") for language in LANGUAGES}
        else:
            found[path.name] = pack(source, path.suffix)
    return found


def digests() -> dict[str, str]:
    """The digest of each source."""
    paths = sorted(path for path in FOLDER.iterdir() if path.suffix in (".js", ".css"))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def pack(source: str, suffix: str) -> str:
    """`source`, the text of a script (`.js`) or style sheet (`.css`), as short as it gets with the same meaning."""
    options = ["--minify", "--charset=utf8", f"--loader={suffix[1:]}", *([TARGET] if suffix == ".js" else [])]
    done = subprocess.run([ESBUILD, *options], input=source, capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout.replace(FRAME, "(()=>{", 1)


def only(words: str, language: str) -> str:
    """The source of the words with one language alone."""
    others = "|".join(name for name in LANGUAGES if name != language)
    return re.sub(rf"\n    (?:{others}): \{{\n.*?\n    \}},?(?=\n)", "", words, flags=re.DOTALL)


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
