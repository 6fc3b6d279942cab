"""Checks WebVTT captions: they must be readable, in order, belong to the film's length, and say their language."""

import re

import msgspec

HEAD = re.compile(r"WEBVTT(?:[ \t].*)?$")
TIMES = re.compile(
    r"\s*(?:(\d{2,}):)?(\d{2}):(\d{2})\.(\d{3})\s+-->\s+(?:(\d{2,}):)?(\d{2}):(\d{2})\.(\d{3})(?:\s.*)?$"
)
LANGUAGE = re.compile(r"Language:\s*([A-Za-z-]{2,20})\s*$", re.IGNORECASE)
LEAST_COVER = 0.5
SLACK_SECONDS = 1.0


class CaptionFault(ValueError):
    """What is wrong with captions: `code` of the finding, and the `line` from 1."""

    def __init__(self, code: str, line: int) -> None:
        super().__init__(code)
        self.code = code
        self.line = line


class Captions(msgspec.Struct, frozen=True):
    """The `end` of the last cue in seconds with its line, and the language that the file names, or an empty text."""

    end: float
    end_line: int
    language: str


def read_captions(text: str) -> Captions:
    """The captions in `text`; raises CaptionFault with the line of the first fault (WebVTT, W3C 2019, 4.1)."""
    lines = text.split("\n")
    if not HEAD.match(lines[0]):
        raise CaptionFault("video.captions_bad", 1)
    end, end_line, last_start, language = 0.0, 0, 0.0, ""
    for number, line in enumerate(lines, 1):
        named = LANGUAGE.match(line)
        if named and not end_line:
            language = named.group(1).lower()
        if "-->" not in line:
            continue
        match = TIMES.match(line)
        if not match:
            raise CaptionFault("video.captions_time", number)
        start, stop = _seconds(*match.groups()[:4]), _seconds(*match.groups()[4:])
        if stop <= start or start < last_start:
            raise CaptionFault("video.captions_order", number)
        last_start = start
        if stop >= end:
            end, end_line = stop, number
    if not end_line:
        raise CaptionFault("video.captions_bad", 1)
    return Captions(end, end_line, language)


def cover_fault(captions: Captions, seconds: float) -> CaptionFault | None:
    """What does not fit a film of `seconds`, or None: cues past its end, or most of it without any."""
    if captions.end > seconds + SLACK_SECONDS:
        return CaptionFault("video.captions_past_end", captions.end_line)
    if captions.end < seconds * LEAST_COVER:
        return CaptionFault("video.captions_short", captions.end_line)
    return None


def _seconds(hours: str | None, minutes: str, seconds: str, thousandths: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(thousandths) / 1000
