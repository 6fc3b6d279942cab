"""Reads a `::: soal bank` block: the questions of files, all of them or some that are drawn for each learner.

::: soal bank #latihan ambil=5 acak
soal/pelayanan.gift
soal/tambahan.md
:::
"""

import re
from collections.abc import Callable, Iterator

import msgspec

from scorm_packager.course import Pool, Question
from scorm_packager.findings import Finding, Findings
from scorm_packager.source.banks.read import read_bank
from scorm_packager.source.banks.write import names_for, question_block
from scorm_packager.source.media import Media
from scorm_packager.source.question_block import BANK, BlockReader, Header, Renderer
from scorm_packager.source.questions import QuestionReader
from scorm_packager.source.recordings import Place

OPEN = re.compile(r":::+\s*soal(?:\s+(.*))?$")
CLOSE = re.compile(r":::+\s*$")


class Bank(msgspec.Struct):
    """The questions of a block, each with its place (file and line), and the pool when only some are drawn."""

    questions: list[tuple[Question, Place]]
    pool: Pool | None = None


class BankReader(BlockReader):
    """Reads one block. `media` finds the files, `render(file)` renders the texts of one."""

    def __init__(self, place: Place, media: Media, render: Callable[[str], Renderer], findings: Findings) -> None:
        super().__init__(place.file, place.line, findings, render(place.file))
        self.media = media
        self.render = render

    def read(self, header: str, body: list[str]) -> Bank:
        """The questions that the block names; faults become findings."""
        head = self.read_header(header, (BANK,))
        names = [(line.strip(), number) for number, line in enumerate(body, self.line + 1) if line.strip()]
        if not names:
            self.fault(Finding("bank.no_file", file=self.file, line=self.line))
        if head is None or self.bad:
            return Bank([])
        found = [question for name, number in names for question in self._file(head, name, number)]
        return Bank(found, self._pool(head, [question for question, _place in found]))

    def _pool(self, head: Header, questions: list[Question]) -> Pool | None:
        draw = head.numbers.get("ambil")
        if draw is None or draw == len(questions):
            return None
        if draw > len(questions):
            count = len(questions)
            self.fault(
                Finding("bank.draw_too_many", file=self.file, line=self.line, params={"draw": draw, "count": count})
            )
            return None
        return Pool(id=head.id, draw=draw, questions=tuple(question.id for question in questions))

    def _file(self, head: Header, name: str, number: int) -> Iterator[tuple[Question, Place]]:
        path = self.media.find(name, Place(self.file, number))
        if path is None:
            return
        self.media.banks.add(path)
        if path.endswith(".md"):
            yield from self._markdown(head, path)
            return
        drafts = read_bank(self.media.files.path(path), path, self.findings)
        for draft, id in zip(drafts, names_for(drafts, head.id), strict=True):
            faults = Findings()
            words, lines = question_block(draft, id)
            reader = QuestionReader(path, draft.line, faults, self.render(path))
            question = reader.read(words, lines)
            for fault in faults.all():  # our lines are not those of the file
                self.findings.add(msgspec.structs.replace(fault, line=draft.line))
            if question is not None:
                yield _with_defaults(question, head, reader.said), Place(path, draft.line)

    def _markdown(self, head: Header, path: str) -> Iterator[tuple[Question, Place]]:
        """The `::: soal` blocks of a file of our own; other text in it is for its authors."""
        text = self.media.files.read_text(path, self.findings)
        lines = (text or "").split("\n")
        number = 0
        while number < len(lines):
            opened, start = OPEN.match(lines[number].strip()), number
            number += 1
            if not opened:
                continue
            end = next((at for at in range(number, len(lines)) if CLOSE.match(lines[at].strip())), None)
            if end is None:
                fault = Finding("block.not_closed", file=path, line=start + 1, params={"kind": "soal"})
                self.findings.add(fault)
                return
            reader = QuestionReader(path, start + 1, self.findings, self.render(path))
            question = reader.read(opened.group(1) or "", lines[number:end])
            number = end + 1
            if question is not None:
                yield _with_defaults(question, head, reader.said), Place(path, start + 1)


def _with_defaults(question: Question, head: Header, said: frozenset[str]) -> Question:
    """`question` with what the block says for all of them, but for the words that its own first line has `said`."""
    changes: dict[str, object] = {}
    for word, field in (("nilai", "points"), ("percobaan", "attempts")):
        if question.points and word in head.numbers and word not in said:
            changes[field] = head.numbers[word]
    if getattr(question, "shuffle", False) is None:
        changes["shuffle"] = head.shuffle
    return msgspec.structs.replace(question, **changes)
