"""The page around the player, drawn once for each course and language: a launch only puts its own words into it.

A class opens one module. Drawing its page took more than all checks of a launch; what differs between two learners are
a token and the settings of the player.
"""

import hashlib
import secrets
from functools import cache
from typing import NamedTuple

from flask import current_app, render_template, request, url_for
from markupsafe import escape

from lti_tool.house.model import Module
from lti_tool.library import MOST_PAGES, Library
from lti_tool.web.language import language
from scorm_packager.player import LANGUAGES, LATER_STYLES, PARTS, STYLES, TRANSPORTS, script_names
from scorm_packager.player_files import LATER_STYLE, STYLE, first_names, part_names, player_script, player_style

#: The scripts of each file, and the language it speaks: those of the first screen, and the parts that come after it.
SCRIPTS = {
    f"{transport}-{spoken}.js": (first_names(script_names(transport)), spoken)
    for transport in TRANSPORTS
    for spoken in LANGUAGES
} | {
    f"{transport}-{part}-{spoken}.js": (part_names(script_names(transport), part), spoken)
    for transport in TRANSPORTS
    for part in PARTS
    for spoken in LANGUAGES
}
SHEETS = {STYLE: STYLES, LATER_STYLE: LATER_STYLES}
#: What stands in a drawn page where a launch puts its own words; no course can contain it.
_TOKEN, _CONFIG = secrets.token_hex(16), secrets.token_hex(16)
_KEPT = "jampel_player_shells"


class Shell(NamedTuple):
    """A drawn page in three parts, between which stand a token and the settings; `same` are those settings that are the
    same for all who open it. A page without a token has an empty part."""

    before: bytes
    between: bytes
    after: bytes
    same: dict[str, object]

    def filled(self, token: str, config: str) -> bytes:
        """The page with the launch token `token` and the settings `config`, JSON that cannot end its element."""
        return b"".join((self.before, escape(token).encode(), self.between, config.encode(), self.after))


def shell_of(library: Library, module: Module, transport: str, notice: str, *, with_token: bool) -> Shell:
    """The page of `module`, one of `library`, for the player with `transport`, in the language of this request.

    `notice` is `anonymous` or `preview` when nothing will be recorded. Raises PackagerError when the file of the course
    is not there or broken.
    """
    kept: dict[tuple[object, ...], Shell] = current_app.extensions.setdefault(_KEPT, {})
    spoken = language()
    key = (module.digest, transport, notice, with_token, spoken, request.script_root)
    found = kept.get(key)
    if found is None:
        found = _drawn(library.page_text(module), module, transport, notice, with_token=with_token)
        if len(kept) >= MOST_PAGES:  # what has a digest never changes, but there may be many
            kept.clear()
        kept[key] = found
    return found


def player_address(name: str) -> str:
    """Where a file of the player lies; a changed player has other addresses."""
    return url_for("learn.player_file", release=player_release(), name=name)


@cache
def player_release() -> str:
    """A name for the player's files as they are now, so that a changed file has another address."""
    whole = hashlib.sha256()
    for names in SHEETS.values():
        whole.update(player_style(names))
    for names, spoken in SCRIPTS.values():
        whole.update(player_script(names, spoken))
    return whole.hexdigest()[:10]


def _drawn(course: str, module: Module, transport: str, notice: str, *, with_token: bool) -> Shell:
    spoken = language()
    page = render_template(
        "player.html",
        module=module,
        base=url_for("pustaka.file", digest=module.digest, path=""),
        course=course,
        config=_CONFIG,
        style=STYLE,
        script=f"{transport}-{spoken}.js",
        token=_TOKEN if with_token else "",
        notice=notice,
    )
    head, _, after = page.partition(_CONFIG)
    before, _, between = head.partition(_TOKEN)
    later = url_for("learn.later_page", digest=module.digest, number=2).removesuffix("2.js")
    parts = {part: player_address(f"{transport}-{part}-{spoken}.js") for part in PARTS}
    parts |= {LATER_STYLE.removesuffix(".css"): player_address(LATER_STYLE)}
    same: dict[str, object] = {"language": spoken, "later": later, "parts": parts}
    return Shell(before.encode(), between.encode(), after.encode(), same)
