"""The name of a browser and its system, from the long text by which a browser calls itself."""

import re

#: (what stands in the text, the name). Browsers call themselves by the names of others too, so the particular come
#: before the general.
_BROWSERS = (
    (r"MoodleMobile", "Moodle"),
    (r"Edg", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"UCBrowser/", "UC Browser"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|Chromium/|CriOS/", "Chrome"),
    (r"Safari/", "Safari"),
)
_SYSTEMS = (
    (r"Windows", "Windows"),
    (r"Android", "Android"),
    (r"iPad", "iPad"),
    (r"iPhone|iPod", "iPhone"),
    (r"CrOS", "ChromeOS"),
    (r"Mac OS X", "macOS"),
    (r"Linux", "Linux"),
)
LONGEST = 60


def browser_name(agent: str) -> str:
    """For example `Chrome · Windows`; the beginning of `agent` itself when it names no browser we know."""
    browser = _first(_BROWSERS, agent)
    if not browser:
        return agent[:LONGEST]
    return " · ".join(filter(None, (browser, _first(_SYSTEMS, agent))))


def _first(known: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for pattern, name in known if re.search(pattern, agent)), "")
