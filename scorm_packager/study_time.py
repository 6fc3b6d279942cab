"""Estimates how long a module takes to study, to compare with the JP it declares."""

import html
import math
import re
from collections.abc import Iterable

from scorm_packager.course import Page

WORDS_PER_MINUTE = 180
SECONDS_PER_QUESTION = 45
MINUTES_PER_JP = 45
TRANSCRIPT = re.compile(r'<details class="transkrip">.*?</details>', re.DOTALL)
TAG = re.compile(r"<[^>]*>")


def study_minutes(pages: Iterable[Page], questions: int, film_seconds: float) -> float:
    """Minutes to read the pages, see the films and answer `questions`; transcripts are not read beside the film."""
    words = sum(len(html.unescape(TAG.sub(" ", TRANSCRIPT.sub(" ", page.html))).split()) for page in pages)
    return words / WORDS_PER_MINUTE + film_seconds / 60 + questions * SECONDS_PER_QUESTION / 60


def jp_minutes(jp: int) -> float:
    """Minutes of study that `jp` hundredths of a JP stand for."""
    return jp * MINUTES_PER_JP / 100


def whole_minutes(minutes: float) -> int:
    """`minutes` rounded up, at least one."""
    return max(1, math.ceil(minutes))
