"""Writes `index.html`, the page that holds a course, its settings and the player, with nothing inline that runs."""

import json
from collections.abc import Mapping, Sequence
from html import escape

import msgspec

from scorm_packager.course import Course, encode_course
from scorm_packager.player import STYLES
from scorm_packager.player_files import PLACE

ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})
NO_SCRIPT = {
    "id": "Modul ini memerlukan JavaScript. Nyalakan JavaScript di peramban Anda, lalu muat ulang halaman ini.",
    "en": "This module needs JavaScript. Turn it on in your browser, then load this page again.",
}


def render_index(course: Course, config: Mapping[str, object], scripts: Sequence[str], player: str = PLACE) -> str:
    """The page of `course`.

    `config` is what the player's transport needs (`transport`, `language`, …), `scripts` the file names in order, and
    `player` the address of the folder they lie in, relative or absolute.
    """
    language = "en" if course.language.startswith("en") else "id"
    tags = "\n".join(f'<script src="{escape(player)}/{escape(name)}"></script>' for name in scripts)
    styles = "\n".join(f'<link rel="stylesheet" href="{escape(player)}/{escape(name)}">' for name in STYLES)
    return f"""<!DOCTYPE html>
<html lang="{escape(course.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{escape(course.title)}</title>
<link rel="icon" href="data:,">
{styles}
</head>
<body>
<div id="jampel"></div>
<noscript><p>{NO_SCRIPT[language]}</p></noscript>
<script type="application/json" id="jampel-course">{embed(encode_course(course))}</script>
<script type="application/json" id="jampel-config">{embed(msgspec.json.encode(config))}</script>
{tags}
</body>
</html>
"""


def embed(body: bytes) -> str:
    """JSON that can stand inside a `script` element: nothing in it can end the element or a line of script."""
    return body.decode("utf-8").translate(ESCAPES)


def read_embedded(page: str, element: str) -> object:
    """The JSON that stands in the element with the id `element` of a page written by `render_index`."""
    start = page.index(f'id="{element}">') + len(f'id="{element}">')
    return json.loads(page[start : page.index("</script>", start)])
