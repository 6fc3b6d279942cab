"""The page that fetches a value from the platform believes only the right frame, origin and message (N50)."""

from collections.abc import Callable, Iterator
from importlib import resources

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, Route

from tests.e2e.conftest import CHROMIUM_ARGS

pytestmark = pytest.mark.e2e
TOOL, LMS, EVIL = "https://jampel.pemda.test", "https://lms.kampus.test", "https://jahat.test"
SCRIPT = (resources.files("lti_tool.web") / "static" / "storage.js").read_text(encoding="utf-8")
ASKING = f"""<!doctype html><div id="storage" data-subject="lti.get_data" data-key="kunci" data-frame="_parent"
data-origin="{LMS}" data-wait="700"></div><form id="again" method="post" action="/lti/launch">
<input name="jampel_stored" id="stored"></form><script>{SCRIPT}</script>"""
#: A page around the tool that answers; ANSWER changes what it says, SENDER is the window that says it.
AROUND = """<!doctype html><iframe name="tool"></iframe><iframe name="lain"></iframe><script>
const [player, beside] = document.querySelectorAll("iframe");
beside.onload = () => { player.src = "https://jampel.pemda.test/ask"; };
beside.src = "https://lms.kampus.test/lain";
addEventListener("message", (event) => {
  const answer = Object.assign({subject: "lti.get_data.response", message_id: event.data.message_id, key: "kunci",
    value: "nilai-benar"}, ANSWER);
  SENDER.postMessage(answer, "*");
});
</script>"""
PARENT = "event.source"
#: A frame beside the tool's, of the same site as the platform, that speaks to the tool.
BESIDE = """({postMessage: (answer) => frames.lain.postMessage(answer, "*")})"""
OTHER_FRAME = """<!doctype html><script>addEventListener("message", (event) => {
const asked = event.data.subject === "lti.get_data";
const own = {subject: "lti.get_data.response", message_id: event.data.message_id, key: "kunci", value: "dari-bingkai"};
parent.frames.tool.postMessage(asked ? own : event.data, "*");
});</script>"""


@pytest.fixture
def fetched(playwright: Playwright, require: Callable[[str], str]) -> Iterator[Callable[..., str]]:
    """`fetched(site, answer, sender)` is what the page sends to the tool when a page of `site` answers so."""
    browser = playwright.chromium.launch(executable_path=require("chromium"), args=CHROMIUM_ARGS)
    contexts: list[BrowserContext] = []

    def fetch(site: str = LMS, answer: str = "{}", sender: str = PARENT, asking: str = ASKING) -> str:
        context = browser.new_context()
        contexts.append(context)
        page: Page = context.new_page()
        around = AROUND.replace("ANSWER", answer).replace("SENDER", sender)
        pages = {f"{site}/": around, f"{TOOL}/ask": asking, f"{LMS}/lain": OTHER_FRAME}

        def serve(route: Route) -> None:
            route.fulfill(body=pages.get(route.request.url, "<p>.</p>"), content_type="text/html")

        context.route("**/*", serve)
        with page.expect_request(f"{TOOL}/lti/launch", timeout=10_000) as caught:
            page.goto(f"{site}/")
        return (caught.value.post_data or "").partition("jampel_stored=")[2]

    yield fetch
    browser.close()


def test_the_platforms_answer_is_taken(fetched) -> None:
    assert fetched() == "nilai-benar"


@pytest.mark.parametrize(
    "answer",
    [
        "{message_id: 'lain'}", "{message_id: undefined}", "{subject: 'lti.put_data.response'}", "{key: 'lain'}",
        "{value: null}", "{value: {}}", "{value: 'x'.repeat(200)}", "{error: {code: 'bad_request', message: ''}}",
    ],
)  # fmt: skip
def test_an_answer_to_something_else_brings_nothing(fetched, answer: str) -> None:
    assert fetched(answer=answer) == ""


def test_another_site_around_the_tool_is_not_asked_and_not_believed(fetched) -> None:
    assert fetched(site=EVIL) == ""


def test_another_frame_of_the_platform_is_not_believed(fetched) -> None:
    assert fetched(sender=BESIDE) == ""


def test_a_platform_that_says_nothing_is_waited_for_and_then_left(fetched) -> None:
    assert fetched(sender="({postMessage: () => 0})") == ""


def test_a_frame_that_is_not_there_is_not_waited_for(fetched) -> None:
    assert fetched(asking=ASKING.replace('frame="_parent"', 'frame="tidak-ada"').replace("700", "60000")) == ""


def test_the_frame_that_the_platform_named_is_asked(fetched) -> None:
    assert fetched(asking=ASKING.replace('frame="_parent"', 'frame="lain"')) == "dari-bingkai"
