"""What people do in the LMS: choose who they are, open a course and an activity, learn in the frame of the tool."""

from playwright.sync_api import Frame, Page, expect

from lti_tool.sandbox.config import open_platform
from tests.e2e.hands import Mouse
from tests.e2e.people.conftest import COURSE, MODULE, Office
from tests.e2e.solver import answer, course_of

TEACHER = "Widyaiswara Contoh"


def open_course(hand: Mouse, office: Office, name: str) -> None:
    """From the first page of the LMS to its course, as the person called `name`."""
    hand.page.goto(office.demo.sandbox)
    hand.press(hand.page.get_by_role("button", name=name))
    hand.press(hand.page.get_by_role("link", name="Pengembangan Kompetensi ASN"))


def open_module(hand: Mouse, office: Office, name: str) -> Frame:
    """From the first page of the LMS to the player in its frame."""
    open_course(hand, office, name)
    hand.press(hand.page.locator("ul.cards").get_by_role("link", name=MODULE).first)
    return player(hand.page)


def tool_frame(page: Page) -> Frame:
    """The frame in which the LMS shows the tool."""
    frame = page.wait_for_selector("iframe[name=tool]").content_frame()
    assert frame is not None
    return frame


def player(page: Page) -> Frame:
    """The frame of the tool, once the player is in it."""
    frame = tool_frame(page)
    frame.wait_for_selector(".jp-page h1")
    return frame


def answer_page(hand: Mouse, frame: Frame, index: int) -> None:
    """Answers everything on a page, which must be shown, and goes on."""
    page = course_of(frame)["pages"][index]
    frame.wait_for_selector(f"[data-page='{page['id']}']")
    for question in page["questions"]:
        answer(frame, question, hand)
    hand.press(frame.locator(".jp-steps .jp-primary"))


def finish(hand: Mouse, frame: Frame) -> None:
    """Learns to the end, every answer right."""
    for index in range(len(course_of(frame)["pages"])):
        answer_page(hand, frame, index)
    expect(frame.locator(".jp-result")).to_contain_text("100")


def grades(office: Office, name: str) -> list[float | None]:
    """The scores of the person called `name` in the gradebook on the disk of the LMS."""
    store = open_platform(office.demo.data).store
    user = next(one.id for one in store.users() if one.name == name)
    scores = [score for item in store.line_items(COURSE) for score in store.scores(item.id)]
    return [score.given for score in scores if score.user == user]
