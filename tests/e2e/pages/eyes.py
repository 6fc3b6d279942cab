"""A browser that gets every page from the application in this process, and looks at it as a reader would.

No server and no network: each request of the browser is answered here, so a request to any other host is seen at once.
"""

from typing import Any
from urllib.parse import urlsplit

from lti_tool.web.testing import LMS
from tests.e2e.pages.house import House
from tests.e2e.pages.visits import Visit

TOOL = "http://localhost"
COURSE = f"{LMS}/kursus"
FRAME = """<!doctype html><html lang="id"><title>LMS</title><body style="margin:0">
<iframe title="Jampel" src="%s" style="border:0;width:100vw;height:100vh"></iframe></body></html>"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: What depends on the colour scheme.
COLOURS = ["color-contrast", "link-in-text-block"]
CHECK = """async ([type, values]) => {
    const found = await axe.run(document, {runOnly: {type, values}, resultTypes: ['violations'], preload: false});
    return found.violations.map(one => one.id + ': ' + one.nodes.map(node => node.html.slice(0, 160)).join(' | '));
}"""
LOOK = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
    const page = document.documentElement, wide = page.scrollWidth > innerWidth;
    const over = wide ? [...document.querySelectorAll('body *')].filter(
        one => one.getBoundingClientRect().right > innerWidth && !one.closest('.table')) : [];
    const fields = page.querySelectorAll('input:not([type=checkbox], [type=radio], [type=hidden]), select, textarea');
    const small = [...fields].filter(one => innerWidth < 400 && parseFloat(getComputedStyle(one).fontSize) < 16);
    done({small: small.map(one => one.name),
          wide: wide ? [page.scrollWidth, ...over.slice(-3).map(one => one.outerHTML.slice(0, 120))] : [],
          headings: document.querySelectorAll('h1').length, lang: page.lang, title: document.title});
})))"""
READY = "() => document.readyState === 'complete' && !document.querySelector('#jampel:empty')"
NARROW, WIDE = 360, 1280
#: The headers of a request that its answer may depend on.
SENT = ("authorization", "content-type", "if-match", "if-none-match", "x-experience-api-version")


class Eyes:
    """A page of a browser context, and all that was found wrong so far."""

    def __init__(self, context: Any, houses: dict[str, House]) -> None:
        self.houses, self.found = houses, list[str]()
        self.page = context.new_page()
        self._files: dict[str, Any] = {}
        self._visit: Visit | None = None
        self._made: Any = None
        self._language = "id"
        context.route("**/*", self._answer)
        context.on("console", self._console)
        context.on("weberror", lambda error: self._note(f"script: {error.error}"))

    def _note(self, what: str) -> None:
        name = f"{self._visit.name}, {self._language}" if self._visit else "?"
        self.found.append(f"{name}: {what}")

    def _console(self, message: Any) -> None:
        expected = self._visit is not None and self._visit.status >= 400 and "the server responded with" in message.text
        if message.type == "error" and not expected:
            self._note(f"console: {message.text}")

    def _answer(self, route: Any) -> None:
        """Gives the browser what it asks for, from the application."""
        request, parts = route.request, urlsplit(route.request.url)
        assert self._visit is not None
        if request.url == COURSE:
            route.fulfill(body=FRAME % f"{TOOL}{self._visit.path}", content_type="text/html")
        elif request.is_navigation_request() and self._made is None:
            route.fulfill(status=204)  # a page that sends itself on stays to be looked at
        elif request.url.startswith(f"{TOOL}/"):
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            route.fulfill(**self._from_tool(request, path))
        else:
            self._note(f"request to {request.url}")
            route.abort()

    def _from_tool(self, request: Any, path: str) -> dict[str, Any]:
        assert self._visit is not None
        if request.is_navigation_request():
            made, self._made = self._made, None
            return _fulfilled(made)
        if path not in self._files or not path.startswith("/static"):
            browser = self.houses[self._visit.house].browsers[self._visit.who]
            sent = {name: value for name, value in request.headers.items() if name in SENT}
            answer = browser.open(path, method=request.method, data=request.post_data_buffer, headers=sent)
            self._files[path] = _fulfilled(answer)
        return dict(self._files[path])

    def visit(self, visit: Visit, language: str, *, narrow_first: bool) -> None:
        """Opens the page, and looks at it in both colour schemes and both widths."""
        self._visit, self._language = visit, language
        self._made = visit.answer(self.houses[visit.house], language)
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": NARROW if narrow_first else WIDE, "height": 800})
        self.page.goto(COURSE if visit.framed else f"{TOOL}{visit.address(self.houses[visit.house], language)}")
        place = self.page.frames[-1] if visit.framed else self.page.main_frame
        place.wait_for_function(READY)
        self._look(place, ("tag", RULES))
        self.page.emulate_media(color_scheme="dark")
        self.page.set_viewport_size({"width": WIDE if narrow_first else NARROW, "height": 800})
        self._look(place, ("rule", COLOURS))

    def _look(self, place: Any, rules: tuple[str, list[str]]) -> None:
        seen = place.evaluate(LOOK)
        for one in place.evaluate(CHECK, rules):
            self._note(one)
        if seen["wide"]:
            self._note(f"wider than the screen: {seen['wide']}")
        if seen["small"]:
            self._note(f"an iPhone enlarges the page for these fields: {seen['small']}")
        if seen["headings"] != 1 or seen["lang"] != self._language or not seen["title"]:
            self._note(str(seen))


def _fulfilled(answer: Any) -> dict[str, Any]:
    headers = {name: value for name, value in answer.headers if name.lower() != "content-length"}
    return {"status": answer.status_code, "headers": headers, "body": answer.data}
