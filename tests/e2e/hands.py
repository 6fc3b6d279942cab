"""How a person works a page: with a mouse, with a finger, or with the keyboard alone, which is watched all the way."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Download, Error, FileChooser, Frame, Locator, Page

#: More stops than any page has: whoever has not arrived by then is in a trap, or it cannot be reached.
MOST_STOPS = 250
#: What has the focus, as a person sees it: empty text when it is a good stop.
LOOK = """
() => {
    const here = document.activeElement;
    if (!here || here === document.body || here.tagName === 'IFRAME') return '';
    const told = `${here.tagName} ${here.id} ${(here.getAttribute('aria-label') || here.innerText || '').slice(0, 40)}`;
    if (here.tabIndex > 0) return `${told}: has a place of its own in the order`;
    const box = here.getBoundingClientRect();
    if (!box.width || !box.height) return `${told}: cannot be seen`;
    if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth)
        return `${told}: is out of sight`;
    const look = getComputedStyle(here);
    const ring = look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2;
    const around = here.closest('label');
    const label = around && getComputedStyle(around).outlineStyle !== 'none';
    const inner = here.matches('input[type=date], input[type=datetime-local]') && !here.matches(':focus-visible');
    return ring || inner || label || look.boxShadow !== 'none' ? '' : `${told}: shows no focus`;
}"""
#: The place of what has the focus among all of its page; parts of a day, and a player's buttons, are stops of one.
PLACE = """
() => {
    const here = document.activeElement;
    const parted = here.matches('input[type=date], input[type=datetime-local], video, audio');
    return [[...document.querySelectorAll('*')].indexOf(here), parted];
}"""

#: Notes in a document that it is about to be left for another one; what is downloaded leaves nothing.
NOTE_LEAVING = """
e => {
    const here = e.ownerDocument.defaultView;
    here.navigation.addEventListener('navigate', to => {
        if (!to.destination.sameDocument && to.downloadRequest === null) here.leaves = true;
    });
}"""
LEAVES = "() => new Promise(done => setTimeout(() => done(Boolean(window.leaves)), 0))"
ARRIVED = "() => !window.leaves && document.readyState !== 'loading'"


class Mouse:
    """Clicks; the browser itself sees to it that what is clicked can be seen and is not covered."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        """Presses a button or follows a link; where that leads to another document, it is there on return."""
        self.push(target)  # the browser itself waits after a click

    def push(self, target: Locator) -> None:
        """Presses it, and waits for nothing."""
        target.click()

    def fill(self, target: Locator, text: str) -> None:
        """Writes into a field in place of what was there."""
        target.fill(text)

    def check(self, target: Locator) -> None:
        """Chooses a box or a radio button."""
        target.check()

    def select(self, target: Locator, value: str) -> None:
        """Chooses the option with this value."""
        target.select_option(value)

    def attach(self, target: Locator, file: Path) -> None:
        """Chooses a file, through the window that the browser opens for it."""
        with self.page.expect_file_chooser() as opened:
            self.push(target)
        chooser: FileChooser = opened.value
        chooser.set_files(file)

    def download(self, target: Locator, folder: Path) -> Path:
        """Gets the file behind a link and returns where it lies."""
        with self.page.expect_download() as begun:
            self.push(target)
        found: Download = begun.value
        place = folder / found.suggested_filename
        found.save_as(place)
        return place

    def tab(self, target: Locator) -> Page:
        """Presses what opens a new tab, and returns its page."""
        with self.page.context.expect_page() as opened:
            self.push(target)
        page: Page = opened.value
        page.wait_for_load_state()
        return page

    def on(self, page: Page) -> "Mouse":
        """The same hand on another page."""
        return type(self)(page)


class Finger(Mouse):
    """Taps; wants a browser with a touch screen."""

    def push(self, target: Locator) -> None:
        """Taps it."""
        target.tap()

    def check(self, target: Locator) -> None:
        """Taps the box or radio button unless it is chosen."""
        if not target.is_checked():
            target.tap()


class Keyboard(Mouse):
    """Tab, Shift+Tab, Enter, Space, arrows and letters; each stop on the way must be seen, and none may be a trap."""

    def press(self, target: Locator) -> None:
        """Goes there and presses Enter; the browser does not wait by itself for what a key begins."""
        frame = target.element_handle().owner_frame()
        target.evaluate(NOTE_LEAVING)
        self.push(target)
        if frame and _is_left(frame):
            self._arrive(frame)

    def push(self, target: Locator) -> None:
        """Goes there and presses Enter."""
        self.reach(target)
        self.page.keyboard.press("Enter")

    def fill(self, target: Locator, text: str) -> None:
        """Goes there and types; a field for a day or a moment gets its digits one after another."""
        self.reach(target)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(text)

    def check(self, target: Locator) -> None:
        """Space for a box; for a radio button the arrows from wherever its group is entered."""
        if target.get_attribute("type") == "radio":
            self._radio(target)
        elif not target.is_checked():
            self.reach(target)
            self.page.keyboard.press("Space")
        assert target.is_checked()

    def select(self, target: Locator, value: str) -> None:
        """Goes there and takes the arrows to the option."""
        self.reach(target)
        self.page.keyboard.press("Home")
        for _ in range(target.locator("option").count()):
            if target.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        assert target.input_value() == value

    def reach(self, target: Locator) -> None:
        """Goes on with Tab, or back with Shift+Tab when it lies behind, until `target` has the focus."""
        target.wait_for()
        if _has_focus(target):
            return
        self._past_the_header(target)
        key = "Shift+Tab" if self._lies_behind(target) else "Tab"
        self._walk(lambda: _has_focus(target), key, str(target))

    def _arrive(self, frame: Frame) -> None:
        """Waits for the next document in `frame`, or around it: a form may lead back to the page that holds it."""
        try:
            frame.wait_for_function(ARRIVED)
        except Error:
            if not frame.is_detached():
                raise
            self.page.wait_for_load_state()

    def _radio(self, target: Locator) -> None:
        name = target.get_attribute("name")
        group = target.locator(f"xpath=ancestor::form//input[@type='radio' and @name='{name}']")
        target.wait_for()
        self._walk(lambda: any(_has_focus(one) for one in group.all()), "Tab", f"radio {name}")
        for _ in range(group.count()):
            if _has_focus(target):
                break
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Space")

    def _walk(self, there: Callable[[], bool], key: str, told: str) -> None:
        before: tuple[str, int] | None = None
        for _ in range(MOST_STOPS):
            if there():
                return
            self.page.keyboard.press(key)
            stop = self._look(before)
            if key == "Tab" and before and before[0] == stop[0] and before[1] > stop[1] > 0:
                raise AssertionError(f"the keyboard does not reach {told}: after {before} it begins anew at {stop}")
            before = stop
        raise AssertionError(f"the keyboard does not reach {told}")

    def _look(self, before: tuple[str, int] | None) -> tuple[str, int]:
        """Judges the stop that the last key led to; returns its frame and place."""
        frame = self._frame()
        frame.wait_for_load_state()  # before its style is there, a page has the ring of the browser
        problem = frame.evaluate(LOOK)
        assert not problem, f"{frame.url}: {problem}"
        place, parted = frame.evaluate(PLACE)
        now = (frame.url, int(place))
        assert now != before or parted or place <= 0, f"a trap at {now}"
        return now

    def _frame(self) -> Frame:
        """The innermost frame that has the focus."""
        frame = self.page.main_frame
        while True:
            element: Any = frame.evaluate_handle("() => document.activeElement").as_element()
            inner = element.content_frame() if element else None
            if inner is None:
                return frame
            frame = inner

    def _lies_behind(self, target: Locator) -> bool:
        after = "e => e.compareDocumentPosition(document.activeElement) & 4 && document.activeElement !== document.body"
        return bool(target.evaluate(after))

    def _past_the_header(self, target: Locator) -> None:
        """From the top of a page the first Tab offers the way past its header; it leads into the content."""
        if self.page.evaluate("() => document.activeElement !== document.body"):
            return
        if not target.evaluate("e => Boolean(e.closest('main#isi')) && window.parent === window"):
            return
        self.page.keyboard.press("Tab")
        skip = self.page.locator("a.skip")
        assert _has_focus(skip), "the first stop is not the way to the content"
        self._look(None)
        self.page.keyboard.press("Enter")
        assert self.page.evaluate("() => document.activeElement.id") == "isi"


def _is_left(frame: Frame) -> bool:
    """Whether its document is being left, or is gone already while its frame is still there."""
    try:
        return bool(frame.evaluate(LEAVES))
    except Error:
        return not frame.is_detached()


def _has_focus(target: Locator) -> bool:
    return bool(target.evaluate("e => e === document.activeElement && document.hasFocus()"))
