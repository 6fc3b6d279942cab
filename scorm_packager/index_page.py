"""Writes `index.html`, the page that holds a course, its settings and the player, with nothing inline that runs."""

import json
import re
from collections.abc import Mapping
from html import escape

import msgspec

from scorm_packager.course import Course
from scorm_packager.first_screen import Split
from scorm_packager.player_files import PLACE, REST, SCRIPT, STYLE

#: What could end a `script` element or hide its end (HTML 4.12.1.3): `</…`, `<!--` and `<script`.
DANGEROUS = re.compile("<(?=[/!sS])")
MARKUP = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})
NO_SCRIPT = {
    "id": "Modul ini memerlukan JavaScript. Nyalakan JavaScript di peramban Anda, lalu muat ulang halaman ini.",
    "en": "This module needs JavaScript. Turn it on in your browser, then load this page again.",
}


def render_index(course: Course, config: Mapping[str, object], parts: Split) -> str:
    """The page of `course`.

    `config` is what the player's transport needs (`transport`, `language`, …), `parts` the course as `split_course`
    makes it. The player lies beside the page.
    """
    language = "en" if course.language.startswith("en") else "id"
    scripts = [SCRIPT, REST] if parts.busy else [SCRIPT]
    return f"""<!DOCTYPE html>
<html lang="{escape(course.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{escape(course.title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{PLACE}/{STYLE}">
</head>
<body>
<div id="jampel"></div>
<noscript><p>{NO_SCRIPT[language]}</p></noscript>
<script type="application/json" id="jampel-course">{embed(parts.outline)}</script>
<script type="application/json" id="jampel-config">{embed_told(msgspec.json.encode(config))}</script>
{"".join(f'<script src="{PLACE}/{name}"></script>' for name in scripts)}
</body>
</html>
"""


def embed(body: bytes) -> str:
    """JSON of an author that can stand inside a `script` element: nothing in it can end the element.

    A course has thousands of other angle brackets, each of which would take five bytes more on a slow link.
    """
    return DANGEROUS.sub(r"\\u003c", body.decode("utf-8"))


def embed_told(body: bytes) -> str:
    """JSON with what somebody else told, an LMS or a learner: not one character in it looks like markup."""
    return body.decode("utf-8").translate(MARKUP)


def read_embedded(page: str, element: str) -> object:
    """The JSON that stands in the element with the id `element` of a page written by `render_index`."""
    start = page.index(f'id="{element}">') + len(f'id="{element}">')
    return json.loads(page[start : page.index("</script>", start)])
