"""Turns a `::: soal` block into a question, noting every fault with its line.

::: soal pilihan #sp-01 nilai=1
Prompt in Markdown.

- [ ] wrong option
  > feedback of this option
- [x] right option

Petunjuk: …
Benar: …
Salah: …
:::
"""

from typing import Any

from scorm_packager.course import Feedback, Question
from scorm_packager.findings import Finding
from scorm_packager.source.question_answers import MAKERS
from scorm_packager.source.question_block import BlockReader, Header
from scorm_packager.source.question_text import QuestionText, cut

MOST_ANSWERS = 26


class QuestionReader(BlockReader):
    """Reads one block into a question."""

    def read(self, header: str, body: list[str]) -> Question | None:
        """The question of `header` (what follows `::: soal`) and `body`, or None when it has a fault."""
        head = self.read_header(header)
        if head is None:
            return None
        text = cut(head.kind, body, self.line + 1)
        self._check_lines(head, text)
        fields = self._common(head, text)
        question = MAKERS[head.kind](self, head, text.answers, fields)
        self._refuse_idle_points(head, question)
        return None if self.bad else question

    def _refuse_idle_points(self, head: Header, question: Question) -> None:
        """Points and tries need something that is right."""
        for word in ("nilai", "percobaan"):
            if question.points == 0 and word in head.numbers:
                self.fault(
                    Finding(
                        "question.points_idle", file=self.file, line=self.line, params={"id": head.id, "word": word}
                    )
                )

    def _check_lines(self, head: Header, text: QuestionText) -> None:
        if not text.prompt.text.strip():
            self.fault(Finding("question.prompt_missing", file=self.file, line=self.line, params={"id": head.id}))
        for part in text.strange:
            self.fault(
                Finding(
                    "question.line_strange",
                    file=self.file,
                    line=part.line,
                    params={"text": part.text.strip()[:60], "kind": head.kind},
                )
            )
        for part in text.repeated:
            self.fault(Finding("question.trailer_twice", file=self.file, line=part.line, params={"word": part.text}))
        if len(text.answers) > MOST_ANSWERS:
            self.fault(
                Finding(
                    "question.too_many_answers",
                    file=self.file,
                    line=text.answers[MOST_ANSWERS].line,
                    params={"most": MOST_ANSWERS},
                )
            )
            del text.answers[MOST_ANSWERS:]

    def _common(self, head: Header, text: QuestionText) -> dict[str, Any]:
        if "Contoh" in text.trailers and head.kind == "uraian":
            head.model = self._trailer(text, "Contoh")
        return {
            "id": head.id,
            "points": head.points,
            "attempts": head.numbers.get("percobaan"),
            "prompt": self.renderer.block(text.prompt.text, text.prompt.line),
            "hint": self._trailer(text, "Petunjuk"),
            "feedback": Feedback(correct=self._trailer(text, "Benar"), incorrect=self._trailer(text, "Salah")),
        }

    def _trailer(self, text: QuestionText, word: str) -> str | None:
        part = text.trailers.get(word)
        if part is None:
            return None
        if not part.text.strip():
            self.fault(Finding("question.trailer_empty", file=self.file, line=part.line, params={"word": word}))
            return None
        return self.renderer.block(part.text, part.line)
