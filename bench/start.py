"""Measures how long `jampel --help` takes, and what a library costs to import, beside a Python that does nothing.

    python -m bench.start
    python -m bench.start --repeats 40

Each line is a process of its own. The best of the repeats counts, because whatever else the machine does only adds to
it; the floor is `python -c pass` in the same turns. The target is 0.3 s for the whole command.
"""

import argparse
import statistics
import sys
import tempfile

from bench._process import least, run_program

TARGET = 0.3
FLOOR = "python -c pass"
HELP = "jampel --help"
PROGRAMS = {
    FLOOR: ["-c", "pass"],
    "import click": ["-c", "import click"],
    HELP: ["-m", "lti_tool.cli", "--help"],
    "from xapi import Recorder": ["-c", "from xapi import Recorder"],
    "import scorm_packager.build": ["-c", "import scorm_packager.build"],
}


def main() -> int:
    """Prints a line for each program; exit 1 when the help comes later than the target."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--repeats", type=int, default=15)
    repeats = options.parse_args().repeats
    found: dict[str, list[dict[str, float]]] = {name: [] for name in PROGRAMS}
    with tempfile.TemporaryDirectory(prefix="jampel-") as compiled:
        kept = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": compiled}
        for turn in range(repeats + 1):
            for name, arguments in PROGRAMS.items():
                took = run_program([sys.executable, *arguments], environment=kept)
                if turn:  # the first one compiled the modules
                    found[name].append(took)
    floor = least("seconds", found[FLOOR])
    print("| program | best | median | best CPU | beside the floor |\n|---|---|---|---|---|")
    for name, runs in found.items():
        best, median = least("seconds", runs), statistics.median(one["seconds"] for one in runs)
        print(f"| `{name}` | {best:.3f} s | {median:.3f} s | {least('cpu', runs):.3f} s | {best / floor:.1f} × |")
    return 1 if least("seconds", found[HELP]) > TARGET else 0


if __name__ == "__main__":
    sys.exit(main())
