"""Turns an equation of Word (OMML, ECMA-376 part 1, 22.1) into MathML: browsers draw it and screen readers speak it."""

import re
from collections.abc import Callable, Iterator
from html import escape

from lxml import etree

SPACE = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
#: Deeper than any equation that people write; below it the letters are kept and their arrangement is not.
DEEPEST = 60
TOKENS = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]|\S")
NUMBER, LETTER = re.compile(r"\d"), re.compile(r"[^\W\d_]")
#: Signs that Word writes to stand over the letter before them, as they stand alone.
ACCENTS = {
    "\u0302": "^", "\u0303": "~", "\u0307": "\u02d9", "\u0308": "\u00a8", "\u20d7": "\u2192", "\u0305": "\u00af",
    "\u0304": "\u00af", "\u0301": "\u00b4", "\u0300": "`", "\u0306": "\u02d8", "\u030c": "\u02c7",
}  # fmt: skip
INTEGRAL, HAT, BRACE, LINE, APPLY = "\u222b", "\u0302", "\u23df", "\u00af", "\u2061"
#: What says how its parent looks, and is read there.
QUIET = frozenset({"ctrlPr", "argPr", "rPr"})


class Equation:
    """One equation; `unknown` are the names of the parts that have no form here, whose letters are kept."""

    def __init__(self) -> None:
        self.unknown: list[str] = []

    def mathml(self, element: etree._Element, *, block: bool) -> str:
        """`element`, an `m:oMath`, as one `math` element; its letters are the `alttext` for what reads no MathML."""
        words = " ".join("".join(element.itertext(f"{SPACE}t")).split())
        display = "block" if block else "inline"
        return f'<math display="{display}" alttext="{escape(words)}">{self._row(element, 0)}</math>'

    def _row(self, element: etree._Element | None, depth: int) -> str:
        inside = "".join(self._parts(element, depth)) if element is not None else ""
        return f"<mrow>{inside}</mrow>"

    def _parts(self, element: etree._Element, depth: int) -> Iterator[str]:
        for child in element.iterchildren("*"):
            name = etree.QName(child).localname
            if not str(child.tag).startswith(SPACE):
                yield from self._parts(child, depth + 1) if depth < DEEPEST else ()  # changes that Word keeps track of
            elif name in QUIET or name.endswith("Pr"):
                continue
            elif depth >= DEEPEST:
                self.unknown.append(name)
                yield _tokens("".join(child.itertext(f"{SPACE}t")))
            else:
                yield self._part(name, child, depth + 1)

    def _part(self, name: str, child: etree._Element, depth: int) -> str:
        write = FORMS.get(name)
        if write is not None:
            return write(self, child, depth)
        if name not in ("e", "oMath"):
            self.unknown.append(name)
        return self._row(child, depth)

    def _of(self, element: etree._Element, name: str, depth: int) -> str:
        return self._row(element.find(f"{SPACE}{name}"), depth)

    # ---- the forms ----
    def run(self, element: etree._Element, _depth: int) -> str:
        """Letters, numbers and signs; what Word sets upright is a word."""
        text = "".join(part.text or "" for part in element.iterchildren(f"{SPACE}t"))
        style = _value(element, "rPr", "sty")
        if element.find(f"{SPACE}rPr/{SPACE}nor") is not None:
            return f"<mtext>{escape(text)}</mtext>"
        if style == "p" and text.isalpha():
            return f"<mi>{escape(text)}</mi>"
        return _tokens(text)

    def fraction(self, element: etree._Element, depth: int) -> str:
        """With a line, without one, or on one line."""
        above, below = self._of(element, "num", depth), self._of(element, "den", depth)
        kind = _value(element, "fPr", "type")
        if kind == "lin":
            return f"<mrow>{above}<mo>/</mo>{below}</mrow>"
        line = ' linethickness="0"' if kind == "noBar" else ""
        return f"<mfrac{line}>{above}{below}</mfrac>"

    def root(self, element: etree._Element, depth: int) -> str:
        """Square, or of a degree."""
        degree = element.find(f"{SPACE}deg")
        hidden = _is_on(element, "radPr", "degHide") or degree is None or not "".join(degree.itertext()).strip()
        base = self._of(element, "e", depth)
        return f"<msqrt>{base}</msqrt>" if hidden else f"<mroot>{base}{self._row(degree, depth)}</mroot>"

    def large(self, element: etree._Element, depth: int) -> str:
        """A sum, a product or an integral with its bounds."""
        sign = _value(element, "naryPr", "chr") or INTEGRAL
        around = _value(element, "naryPr", "limLoc") == "undOvr"
        operator = f"<mo>{escape(sign)}</mo>"
        low = "" if _is_on(element, "naryPr", "subHide") else self._of(element, "sub", depth)
        high = "" if _is_on(element, "naryPr", "supHide") else self._of(element, "sup", depth)
        under, over, both = ("munder", "mover", "munderover") if around else ("msub", "msup", "msubsup")
        tag = both if low and high else under if low else over if high else ""
        bounded = f"<{tag}>{operator}{low}{high}</{tag}>" if tag else operator
        return f"<mrow>{bounded}{self._of(element, 'e', depth)}</mrow>"

    def brackets(self, element: etree._Element, depth: int) -> str:
        """One or several parts in brackets of any kind; an empty sign is no bracket."""
        signs = [
            found if (found := _value(element, "dPr", name)) is not None else usual
            for name, usual in (("begChr", "("), ("sepChr", "|"), ("endChr", ")"))
        ]
        begin, between, end = (f'<mo stretchy="true">{escape(sign)}</mo>' if sign else "" for sign in signs)
        parts = [self._row(part, depth) for part in element.iterchildren(f"{SPACE}e")]
        return f"<mrow>{begin}{between.join(parts)}{end}</mrow>"

    def function(self, element: etree._Element, depth: int) -> str:
        """A function by its name, and what it is applied to."""
        name, base = self._of(element, "fName", depth), self._of(element, "e", depth)
        return f"<mrow>{name}<mo>{APPLY}</mo>{base}</mrow>"

    def accent(self, element: etree._Element, depth: int) -> str:
        """A sign over its base."""
        found = _value(element, "accPr", "chr")
        sign = ACCENTS.get(found or HAT, found or HAT)
        return f'<mover accent="true">{self._of(element, "e", depth)}<mo>{escape(sign)}</mo></mover>'

    def bar(self, element: etree._Element, depth: int) -> str:
        """A line over or under its base."""
        tag = "mover" if _value(element, "barPr", "pos") == "top" else "munder"
        return f"<{tag}>{self._of(element, 'e', depth)}<mo>{LINE}</mo></{tag}>"

    def group(self, element: etree._Element, depth: int) -> str:
        """A brace or an arrow over or under its base."""
        tag = "mover" if _value(element, "groupChrPr", "pos") == "top" else "munder"
        sign = escape(_value(element, "groupChrPr", "chr") or BRACE)
        return f'<{tag}>{self._of(element, "e", depth)}<mo stretchy="true">{sign}</mo></{tag}>'

    def matrix(self, element: etree._Element, depth: int) -> str:
        """Rows of cells."""
        rows = (
            "".join(f"<mtd>{self._row(cell, depth)}</mtd>" for cell in row.iterchildren(f"{SPACE}e"))
            for row in element.iterchildren(f"{SPACE}mr")
        )
        return f"<mtable>{''.join(f'<mtr>{row}</mtr>' for row in rows)}</mtable>"

    def lines(self, element: etree._Element, depth: int) -> str:
        """Equations one under another."""
        rows = (self._row(line, depth) for line in element.iterchildren(f"{SPACE}e"))
        return f"<mtable>{''.join(f'<mtr><mtd>{row}</mtd></mtr>' for row in rows)}</mtable>"

    def boxed(self, element: etree._Element, depth: int) -> str:
        """Within a frame."""
        return f'<menclose notation="box">{self._of(element, "e", depth)}</menclose>'

    def phantom(self, element: etree._Element, depth: int) -> str:
        """The room of something, with or without itself."""
        base = self._of(element, "e", depth)
        return f"<mphantom>{base}</mphantom>" if _value(element, "phantPr", "show") in ("0", "off", "false") else base

    def before(self, element: etree._Element, depth: int) -> str:
        """Small signs before their base."""
        base, low, high = (self._of(element, name, depth) for name in ("e", "sub", "sup"))
        return f"<mmultiscripts>{base}<mprescripts/>{low}{high}</mmultiscripts>"


def _scripts(tag: str, *names: str) -> Callable[[Equation, etree._Element, int], str]:
    """A base and what stands at it, in the order of MathML."""

    def write(equation: Equation, element: etree._Element, depth: int) -> str:
        inside = "".join(equation._of(element, name, depth) for name in names)
        return f"<{tag}>{inside}</{tag}>"

    return write


FORMS: dict[str, Callable[[Equation, etree._Element, int], str]] = {
    "r": Equation.run, "f": Equation.fraction, "rad": Equation.root, "nary": Equation.large, "d": Equation.brackets,
    "func": Equation.function, "acc": Equation.accent, "bar": Equation.bar, "groupChr": Equation.group,
    "m": Equation.matrix, "eqArr": Equation.lines, "borderBox": Equation.boxed, "phant": Equation.phantom,
    "box": lambda equation, element, depth: equation._of(element, "e", depth),
    "sPre": Equation.before, "sSup": _scripts("msup", "e", "sup"), "sSub": _scripts("msub", "e", "sub"),
    "sSubSup": _scripts("msubsup", "e", "sub", "sup"), "limLow": _scripts("munder", "e", "lim"),
    "limUpp": _scripts("mover", "e", "lim"),
}  # fmt: skip


def _tokens(text: str) -> str:
    found = []
    for token in TOKENS.findall(text):
        tag = "mn" if NUMBER.match(token) else "mi" if LETTER.match(token) else "mo"
        found.append(f"<{tag}>{escape(token)}</{tag}>")
    return "".join(found)


def _value(element: etree._Element, properties: str, name: str) -> str | None:
    """What a property says, None when it is not there."""
    found = element.find(f"{SPACE}{properties}/{SPACE}{name}")
    return None if found is None else str(found.get(f"{SPACE}val") or "")


def _is_on(element: etree._Element, properties: str, name: str) -> bool:
    return _value(element, properties, name) in ("", "1", "on", "true")
