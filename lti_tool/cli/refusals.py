"""Tells of statements that were not taken: the first on the screen, all in a file, and nothing of what they say."""

import json
from pathlib import Path

from lti_tool.console import say
from lti_tool.settings import preferred_language
from xapi.identity import mask_nips_in
from xapi.lrs.transfer.report import Refusal
from xapi.words import explain

SHOWN = 20  # refusals that are told on the screen; a file takes them all


class Refusals:
    """The refusals of one run, told with `sentence` (of `line`, `path`, `id` and `reason`).

    The file at `path`, if any, takes them all; a run that goes on after `line` keeps those up to there.
    """

    def __init__(self, sentence: str, path: Path | None, line: int = 0) -> None:
        self._sentence = sentence
        self._file = None if path is None else _RefusalFile(path, line)
        self._told = 0

    @property
    def none(self) -> bool:
        """Whether nothing was refused."""
        return not self._told

    def hear(self, refusal: Refusal) -> None:
        """Tells of one."""
        self._told += 1
        reason = mask_nips_in(explain(refusal.error, preferred_language()))
        if self._file is not None:
            self._file.write(refusal, reason)
        if self._told <= SHOWN:
            told = f"{reason} {refusal.clause}".strip()
            say(self._sentence, line=refusal.line, path=refusal.path, id=refusal.statement or "?", reason=told)

    def close(self) -> None:
        """Says how many were not shown, and closes the file."""
        if self._told > SHOWN:
            say("… dan %(n)s lagi.", n=self._told - SHOWN)
        if self._file is not None:
            self._file.close()


class _RefusalFile:
    """The file of refusals at `path`, kept up to `line`."""

    def __init__(self, path: Path, line: int) -> None:
        kept = [text for text in _lines(path) if json.loads(text)["line"] <= line] if line and path.exists() else []
        self._file = path.open("w", encoding="utf-8")
        self._file.writelines(kept)

    def write(self, refusal: Refusal, reason: str) -> None:
        """Adds a refusal: where, which, and why; nothing of the statement itself."""
        facts = {
            "line": refusal.line, "path": refusal.path, "id": refusal.statement or None, "code": refusal.error.code,
            "clause": refusal.clause or None, "reason": reason,
        }  # fmt: skip
        self._file.write(json.dumps(facts, ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


def _lines(path: Path) -> list[str]:
    """The whole lines of a file of refusals; a last one that was cut off is none."""
    return [text for text in path.read_text(encoding="utf-8").splitlines(keepends=True) if text.endswith("\n")]
