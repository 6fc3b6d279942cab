"""The language of a page, and how numbers, JP and times are written in it."""

from datetime import datetime
from decimal import Decimal

from flask import Flask, Response, g, request
from flask_babel import Babel, format_date, format_decimal, get_locale, get_timezone, refresh

from lti_tool.web.context import services
from xapi.local_times import time_text
from xapi.words import DEFAULT_LANGUAGE, LANGUAGES

COOKIE = "jampel_lang"
YEAR_SECONDS = 365 * 24 * 3600


def language() -> str:
    """The language of the page that is being made: what the reader chose, else the launch's, else Indonesian."""
    for wanted in (request.args.get("lang"), request.cookies.get(COOKIE), g.get("launch_language")):
        if wanted in LANGUAGES:
            return str(wanted)
    return DEFAULT_LANGUAGE


def speak_as_launched(locale: str | None) -> None:
    """Takes the language from a launch's locale (`en`, `en-US`, `id_ID`) unless the reader has chosen one."""
    short = (locale or "")[:2].lower()
    g.launch_language = short if short in LANGUAGES else DEFAULT_LANGUAGE
    refresh()


def english_is_preferred() -> bool:
    """Whether the browser asks for English rather than Indonesian: a hint only, the page offers the switch."""
    chosen = request.args.get("lang") or request.cookies.get(COOKIE)
    return chosen is None and request.accept_languages.best_match(["id", "ms", "en"]) == "en"


def remember_language(response: Response) -> Response:
    """Keeps a language chosen by `?lang=` in a cookie."""
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie(
            COOKIE,
            request.args["lang"],
            max_age=YEAR_SECONDS,
            samesite="Lax",
            secure=services().settings.base_url.startswith("https://"),
            httponly=True,
        )
    return response


def jp(hundredths: int | None, pattern: str = "#,##0.00") -> str:
    """JP (hundredths) as people write it: 250 is `2,50`."""
    return "–" if hundredths is None else format_decimal(Decimal(hundredths) / 100, pattern)


def jp_short(hundredths: int | None) -> str:
    """JP without idle zeros: 250 is `2,5`."""
    return jp(hundredths, "#,##0.##")


def count(number: int | float | None) -> str:
    """A count with thousands as people write them."""
    return "–" if number is None else format_decimal(number, "#,##0.#")


def day(moment: datetime | None) -> str:
    """The local day of `moment`."""
    return "–" if moment is None else format_date(moment, "d MMM y")


def time(moment: datetime | None) -> str:
    """The local day and time of `moment` with its zone: `26 Nov 2026 09.30 WIB`."""
    return "–" if moment is None else time_text(moment.astimezone(get_timezone()), str(get_locale()))


def form_name(slug: str) -> str:
    """The name of a form of competence development (`bentuk`) in the page's language, as the rule table has it."""
    form = services().rules.editions[-1].forms.get(slug)
    return form.title(language()) if form else slug


def init_language(app: Flask, folder: str, time_zone: str) -> None:
    """Sets the catalogues in `folder`, the institution's time zone and the filters on `app`."""
    app.config.update(BABEL_TRANSLATION_DIRECTORIES=folder, BABEL_DEFAULT_LOCALE=DEFAULT_LANGUAGE)
    Babel(app, locale_selector=language, timezone_selector=lambda: time_zone)
    app.after_request(remember_language)
    for filter_ in (jp, jp_short, count, day, time, form_name):
        app.template_filter(filter_.__name__)(filter_)
    app.jinja_env.globals.update(
        language=lambda: str(get_locale() or DEFAULT_LANGUAGE), english_is_preferred=english_is_preferred
    )
