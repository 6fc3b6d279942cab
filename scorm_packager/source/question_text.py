"""Cuts the text of a question block into its parts: prompt, answer lines, hint and feedback."""

import re

import msgspec

FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
OPTION = re.compile(r"[-*] \[( |x|X)\](?: (.*))?$")
OPTION_LIKE = re.compile(r"[-*] ?\[.{0,3}\]")
FEEDBACK = re.compile(r"\s{1,}>\s?(.*)$")
PAIR = re.compile(r"[-*] (?:(.*?)\s+)?=>(?:\s+(.*))?$")
LEVEL = re.compile(r"[-*] (.*)$")
STEP = re.compile(r"(\d{1,3})[.)] (.*)$")
ANSWER = re.compile(r"=(?:\s+(.*))?$")
TRAILER = re.compile(r"(Petunjuk|Benar|Salah):(?:\s+(.*))?$")
TRAILERS = {"uraian": re.compile(r"(Petunjuk|Benar|Salah|Contoh):(?:\s+(.*))?$")}  # of kinds that know more words
ANSWER_LINES = {
    "pilihan": OPTION,
    "pilihan-jamak": OPTION,
    "benar-salah": ANSWER,
    "jodohkan": PAIR,
    "urutkan": STEP,
    "isian": ANSWER,
    "angka": ANSWER,
    "uraian": ANSWER,
    "skala": LEVEL,
}


class Part(msgspec.Struct):
    """Some lines of the block. `line` is the file's line of the first; `match` holds the groups of its pattern."""

    line: int
    lines: list[str]
    groups: tuple[str | None, ...] = ()
    notes: list[str] = []
    note_line: int = 0

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


class QuestionText(msgspec.Struct):
    """The parts of a block; `strange` are lines that are none of them."""

    prompt: Part
    answers: list[Part]
    trailers: dict[str, Part]
    strange: list[Part]
    repeated: list[Part]


def cut(kind: str, body: list[str], line: int) -> QuestionText:
    """The parts of the lines `body`, whose first is line `line` of the file, for a question of `kind`.

    Everything before the first answer line is the prompt; fenced code in it is left alone. After the first
    `Petunjuk:`, `Benar:`, `Salah:` (or `Contoh:` of an open answer) each line belongs to the one above it.
    """
    first = _first_answer(kind, body)
    prompt_lines = body[:first]
    found = QuestionText(Part(line, prompt_lines), [], {}, [], [])
    trailer: Part | None = None
    for number, text in enumerate(body[first:], line + first):
        text = text.rstrip()
        if match := trailer_of(kind).match(text):
            trailer = Part(number, [match.group(2) or ""])
            if match.group(1) in found.trailers:
                found.repeated.append(Part(number, [match.group(1)]))
            found.trailers[match.group(1)] = trailer
        elif trailer is not None:
            trailer.lines.append(text)
        elif text:
            _take_answer_line(kind, found, text, number)
    return found


def trailer_of(kind: str) -> re.Pattern[str]:
    """What a line with a hint, feedback or model answer looks like in a question of `kind`."""
    return TRAILERS.get(kind, TRAILER)


def _first_answer(kind: str, body: list[str]) -> int:
    """The index of the first answer line outside fenced code, or of the first trailer when there is no answer."""
    fence = ""
    for index, text in enumerate(body):
        mark = FENCE.match(text)
        if fence:
            if mark and mark.group(1).startswith(fence) and not text.strip().strip(fence[0]):
                fence = ""
        elif mark:
            fence = mark.group(1)
        elif (
            ANSWER_LINES[kind].match(text.rstrip())
            or trailer_of(kind).match(text.rstrip())
            or (kind.startswith("pilihan") and OPTION_LIKE.match(text))
        ):
            return index
    return len(body)


def _take_answer_line(kind: str, found: QuestionText, text: str, number: int) -> None:
    last = found.answers[-1] if found.answers else None
    if match := ANSWER_LINES[kind].match(text):
        found.answers.append(Part(number, [], match.groups(), []))
    elif last and kind.startswith("pilihan") and (match := FEEDBACK.match(text)):
        last.note_line = last.note_line or number
        last.notes.append(match.group(1))
    elif last and text.startswith("  ") and kind not in ("benar-salah", "angka", "isian", "uraian") and not last.notes:
        last.lines.append(text.strip())
    else:
        found.strange.append(Part(number, [text]))
