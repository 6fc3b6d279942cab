"""Runs every benchmark of this folder, one after the other: `python -m bench [NAME …]` (make bench)."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def main(wanted: list[str]) -> int:
    """Each benchmark is a module with a peer or a floor in the same run; the ratio is what counts."""
    names = [path.stem for path in sorted(FOLDER.glob("*.py")) if not path.stem.startswith("_")]
    failed = 0
    for name in names:
        if not wanted or name in wanted:
            print(f"== {name}", flush=True)
            failed += subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
