"""Turns the maths of a page, written as LaTeX, into MathML: browsers draw it and screen readers speak it."""

import re
from html import escape

from lxml import etree

LONGEST = 2000
DEEPEST = 40
EMPTY = re.compile(r"<([a-z]+)((?: [^<>]*)?) ?/>")
COMMAND = re.compile(r"\\[A-Za-z]+")
# fmt: off
MATH_TAGS = frozenset({
    "math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot", "mstyle", "merror", "mpadded",
    "mphantom", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts", "none",
    "mtable", "mtr", "mtd", "menclose",
})
MATH_ATTRIBUTES = frozenset({
    "accent", "accentunder", "columnalign", "columnlines", "columnspacing", "columnspan", "depth", "displaystyle",
    "fence", "form", "frame", "height", "linethickness", "lspace", "mathbackground", "mathcolor", "mathvariant",
    "maxsize", "minsize", "movablelimits", "notation", "rowalign", "rowlines", "rowspacing", "rspace", "scriptlevel",
    "separator", "stretchy", "symmetric", "voffset", "width",
})
# fmt: on


class MathFault(ValueError):
    """LaTeX that cannot be shown: `code` of the finding, and `what` in it."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(code)
        self.code = code
        self.what = what


def mathml(latex: str, *, block: bool) -> str:
    """`latex` as one `math` element, which keeps it as `alttext` for what reads no MathML; raises MathFault."""
    from latex2mathml.converter import convert  # with a table of all its signs: loaded for who writes maths

    latex = latex.strip()
    if not latex or len(latex) > LONGEST or _depth(latex) > DEEPEST:
        raise MathFault("math.broken", latex[:60])
    try:
        found = convert(latex, display="block" if block else "inline")
        etree.fromstring(found, etree.XMLParser(resolve_entities=False, no_network=True))
    except Exception as cause:  # the converter raises a dozen kinds, and all mean that the author must look again
        raise MathFault("math.broken", latex[:60]) from cause
    unknown = COMMAND.search(found)  # what the converter does not know stays in its text, or in an attribute
    if unknown:
        raise MathFault("math.command", unknown.group())
    found = EMPTY.sub(r"<\1\2></\1>", found)  # HTML knows no short end outside of maths
    words = "".join(sign for sign in " ".join(latex.split()) if sign.isprintable())
    return found.replace("<math ", f'<math alttext="{escape(words)}" ', 1)


def _depth(latex: str) -> int:
    depth = deepest = 0
    for sign in latex:
        depth += (sign == "{") - (sign == "}")
        deepest = max(deepest, depth)
    return deepest
