"""Reads Aiken, Moodle's simplest text format of multiple choice questions, into drafts."""

import re

from scorm_packager.source.banks.draft import Answer, Draft, Log
from scorm_packager.source.banks.texts import from_plain, one_line

OPTION = re.compile(r"\s*([A-Z])[.)]\s+(.*)$")
RIGHT = re.compile(r"\s*ANSWER\s*:(.*)$", re.IGNORECASE)
LETTERS = re.compile(r"[A-Z](?:\s*[,;&]\s*[A-Z])*")


def looks_like_aiken(text: str) -> bool:
    """Whether a line says which answer is right."""
    return any(RIGHT.match(line) for line in text.split("\n"))


def read_aiken(text: str, log: Log) -> list[Draft]:
    """The questions in `text`: a question, its options on lines `A. …` or `A) …`, then `ANSWER: B`."""
    reader = _Reader(log)
    for number, line in enumerate(text.split("\n"), 1):
        reader.take(number, line)
    reader.end()
    return reader.drafts


class _Reader:
    """Takes line after line; a question is whole when its right answer is named."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.drafts: list[Draft] = []
        self._clear()

    def _clear(self) -> None:
        self.line = 0
        self.prompt: list[str] = []
        self.options: dict[str, str] = {}

    def take(self, number: int, line: str) -> None:
        if not line.strip():
            return
        self.line = self.line or number
        if found := RIGHT.match(line):
            self._answer(number, found.group(1).strip().upper())
            self._clear()
        elif self.prompt and (option := OPTION.match(line)):
            self._option(number, option.group(1), option.group(2))
        elif self.options:
            self.log.finding("bank.no_right_answer", self.line, text=self.prompt[0][:60])
            self._clear()
            self.line, self.prompt = number, [line.strip()]
        else:
            self.prompt.append(line.strip())

    def _option(self, number: int, letter: str, text: str) -> None:
        if letter in self.options:
            self.log.finding("bank.letter_twice", number, letter=letter)
        self.options.setdefault(letter, text.strip())

    def _answer(self, number: int, right: str) -> None:
        letters = re.findall(r"[A-Z]", right) if LETTERS.fullmatch(right) else []
        if not self.prompt or len(self.options) < 2:
            self.log.finding("bank.too_few_options", self.line)
        elif not letters or not set(letters) <= set(self.options):
            self.log.finding("bank.letter_unknown", number, letter=right[:20], known=", ".join(self.options))
        else:
            self.drafts.append(
                Draft(
                    kind="pilihan" if len(letters) == 1 else "pilihan-jamak",
                    line=self.line,
                    prompt=from_plain("\n".join(self.prompt)),
                    answers=[
                        Answer(one_line(from_plain(text)), right=letter in letters)
                        for letter, text in self.options.items()
                    ],
                )
            )

    def end(self) -> None:
        if self.prompt:
            self.log.finding("bank.no_right_answer", self.line, text=self.prompt[0][:60])
