"""What reading any question block needs: its place, its findings, its renderer and its first line."""

import difflib
import re
from typing import Protocol

from scorm_packager.findings import Finding, Findings
from scorm_packager.source.question_text import ANSWER_LINES, Part

KINDS = tuple(ANSWER_LINES)
MOST_POINTS = 100
LONGEST_ID = 64
ID = re.compile(r"[a-z][a-z0-9-]*")
WORD = re.compile(r"""\s*(?:(#\S*)|([A-Za-z][\w-]*)=("[^"]*"|\S*)|(\S+))""")
JUDGED = tuple(kind for kind in KINDS if kind != "skala")
OPTIONS = ("pilihan", "pilihan-jamak")
#: Words of the first line with a value, and the kinds that take them; the whole numbers among them with their limits.
BANK = "bank"  # a block that names files of questions
ATTRIBUTES = {
    "nilai": (*JUDGED, BANK),
    "percobaan": (*JUDGED, BANK),
    "satuan": ("angka",),
    "minimal": ("uraian",),
    "ambil": (BANK,),
}
NUMBERS = {"nilai": MOST_POINTS, "percobaan": 99, "minimal": 200, "ambil": 500}
FLAGS = {"peka-huruf": ("isian",), "acak": (*OPTIONS, BANK), "tetap": (*OPTIONS, BANK)}


class Renderer(Protocol):
    """Markdown as clean HTML; `line` is the file's line of the first line of `text`."""

    def block(self, text: str, line: int) -> str: ...

    def inline(self, text: str, line: int) -> str: ...


class Header:
    """The first line: kind, id, and what else it says; `numbers` holds whole numbers by their word."""

    def __init__(self, kind: str = "", id: str = "") -> None:
        self.kind = kind
        self.id = id
        self.unit: str | None = None
        self.model: str | None = None
        self.numbers: dict[str, int] = {}
        self.flags: set[str] = set()

    @property
    def points(self) -> int:
        return self.numbers.get("nilai", 1)

    @property
    def shuffle(self) -> bool | None:
        """Whether the options are shuffled; None when the module decides."""
        return True if "acak" in self.flags else False if "tetap" in self.flags else None


class BlockReader:
    """Reads parts of one block. `file` and `line` (of the `:::` line) place every finding."""

    def __init__(self, file: str, line: int, findings: Findings, renderer: Renderer) -> None:
        self.file = file
        self.line = line
        self.findings = findings
        self.renderer = renderer
        self.bad = False
        self.said: frozenset[str] = frozenset()  # words of the first line that hold a number

    def fault(self, finding: Finding) -> None:
        """Note a fault that makes the question unusable."""
        self.findings.add(finding)
        self.bad = True

    def need(self, head: Header, answers: list[Part], least: int) -> bool:
        """Whether there are at least `least` answer lines; notes the fault otherwise."""
        if len(answers) >= least:
            return True
        self.fault(
            Finding(
                "question.too_few_answers",
                file=self.file,
                line=self.line,
                params={"id": head.id, "kind": head.kind, "least": least, "count": len(answers)},
            )
        )
        return False

    def words(self, part: Part, group: int) -> str:
        """The inline text of one group, its continuation lines included, as HTML; an empty one is a fault."""
        text = "\n".join([(part.groups[group] or ""), *(part.lines if group == len(part.groups) - 1 else [])]).strip()
        if not text:
            self.fault(Finding("question.answer_empty", file=self.file, line=part.line))
        return self.renderer.inline(text, part.line)

    def refuse_twins(self, texts: list[str], answers: list[Part]) -> None:
        """Two equal answers cannot be told apart by a learner."""
        for index, text in enumerate(texts):
            if text and text in texts[:index]:
                self.fault(Finding("question.answer_twice", file=self.file, line=answers[index].line))

    def read_header(self, header: str, kinds: tuple[str, ...] = KINDS) -> Header | None:
        """The first line's words; None when the kind is none of `kinds`."""
        head = Header()
        words = list(WORD.finditer(header))
        kind = words[0].group(0).strip() if words else ""
        if kind not in kinds:
            close = difflib.get_close_matches(kind.lower(), kinds, 1, cutoff=0.4)
            self.fault(
                Finding(
                    "question.kind_unknown",
                    file=self.file,
                    line=self.line,
                    params={"kind": kind[:40], "meant": close[0] if close else kinds[0], "known": ", ".join(kinds)},
                )
            )
            return None
        head.kind = kind
        for word in words[1:]:
            self._take_word(head, word)
        self.said = frozenset(head.numbers)
        if not head.id and not self.bad:
            self.fault(Finding("question.id_missing", file=self.file, line=self.line, params={"kind": kind}))
        return head

    def _take_word(self, head: Header, word: re.Match[str]) -> None:
        mark, key, value, flag = word.groups()
        if mark is not None:
            if head.id or not ID.fullmatch(mark[1:]) or len(mark) > LONGEST_ID:
                self.fault(Finding("question.id_bad", file=self.file, line=self.line, params={"id": mark[:80]}))
            head.id = mark[1:]
        elif key is not None and head.kind in ATTRIBUTES.get(key, ()):
            self._take_attribute(head, key, value.strip('"'))
        elif flag is not None and head.kind in FLAGS.get(flag, ()):
            head.flags.add(flag)
        else:
            allowed = [f"{name}=…" for name, kinds in ATTRIBUTES.items() if head.kind in kinds]
            allowed += [name for name, kinds in FLAGS.items() if head.kind in kinds]
            self.fault(
                Finding(
                    "question.attribute_unknown",
                    file=self.file,
                    line=self.line,
                    params={
                        "word": word.group(0).strip()[:80],
                        "kind": head.kind,
                        "known": ", ".join(["#id", *allowed]),
                    },
                )
            )

    def _take_attribute(self, head: Header, key: str, value: str) -> None:
        if key == "satuan":
            head.unit = value.strip() or None
        elif re.fullmatch(r"[0-9]{1,3}", value) and 1 <= int(value) <= NUMBERS[key]:
            head.numbers[key] = int(value)
        else:
            self.fault(
                Finding(
                    "question.attribute_bad",
                    file=self.file,
                    line=self.line,
                    params={"word": key, "value": value[:40], "most": NUMBERS[key]},
                )
            )
