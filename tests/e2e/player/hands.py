"""A learner's hands in any frame that holds the player: through its controls, with few calls to the browser."""

from typing import Any

#: Answers the questions on the page that is open. `bank` stands for every question of the pools that is shown; null
#: answers all of them right.
ANSWER = """given => {
  const player = Jampel.player, shown = player.session.asked().filter((one) => one.page === player.index);
  const pooled = new Set(player.course.pools.flatMap((pool) => pool.questions));
  const by = {
    box: (form, value) => form.querySelectorAll('input').forEach((input) => {
      if (input.checked !== [].concat(value).includes(Number(input.value))) input.click();
    }),
    'true-false': (form, value) => form.querySelectorAll('input')[value ? 0 : 1].click(),
    matching: (form, value) => form.querySelectorAll('select').forEach((select, row) => {
      select.value = String(value[row]);
      select.dispatchEvent(new Event('change', { bubbles: true }));
    }),
    ordering: (form, value, question) => value.forEach((item, place) => {
      const text = Jampel.text(question.items[item].html);
      const rows = () => [...form.querySelectorAll('li')];
      const at = () => rows().findIndex((row) => row.querySelector('.jp-order-text').textContent === text);
      while (at() > place) rows()[at()].querySelector("[data-step='-1']").click();
    }),
    text: (form, value) => {
      const field = form.querySelector('input, textarea');
      field.value = value;
      field.dispatchEvent(new Event('input', { bubbles: true }));
    }
  };
  const hands = { ...by, choice: by.box, multiple: by.box, likert: by.box };
  const right = (one) => ({
    'fill-in': () => one.accepted[0],
    numeric: () => String(one.value).replace('.', ','),
    'short-text': () => one.keywords.map((words) => words[0]).join(' ') || 'kata '.repeat(one.least_words || 1),
    likert: () => 0
  }[one.kind] || (() => Jampel.course.right(one)))();
  shown.forEach((question) => {
    const value = given ? given[pooled.has(question.id) ? 'bank' : question.id] : right(question);
    if (value === undefined) return;
    const form = document.getElementById('jp-soal-' + question.id);
    const buttons = [...form.querySelectorAll('button:not([hidden])')];
    buttons.filter((one) => one.textContent === player.say('tryAgain')).forEach((one) => one.click());
    (hands[question.kind] || by.text)(form, value, question);
    form.querySelector('[type=submit]').click();
    if (form.querySelector('.jp-feedback').hidden) throw new Error(question.id + ' was not taken');
  });
}"""
#: The title of what is on the screen, and of each question there whether it was right (true, false, null: not judged).
WHERE = """() => {
  const page = document.querySelector('.jp-page:not([hidden])'), answers = {};
  const verdicts = { good: true, bad: false, noted: null };
  page.querySelectorAll('form.jp-question').forEach((form) => {
    const found = /jp-is-(good|bad|noted)/.exec(form.querySelector('.jp-feedback').className);
    if (found) answers[form.id.replace('jp-soal-', '')] = verdicts[found[1]];
  });
  return { title: page.querySelector('h1').textContent, answers };
}"""
#: What a page says without its questions and its bars, and how many of its pictures are not there.
TEXT = """() => {
  const page = document.querySelector('.jp-page:not([hidden])'), copy = page.cloneNode(true);
  copy.querySelectorAll('form, .jp-watched, .jp-document-bar, .jp-tool, .jp-wait').forEach((one) => one.remove());
  const broken = [...page.querySelectorAll('img')].filter((one) => one.complete && !one.naturalWidth).length;
  return copy.textContent.replace(/\\s+/g, ' ').trim() + ' #' + broken;
}"""
STUDY = """minutes => {
  const session = Jampel.player.session, now = session.now;
  session.now = () => now() + minutes * 60000;
}"""
#: Plays every sound four times as fast, and turns the sheets of every document.
WATCH = """async () => {
  document.querySelector('.jp-page:not([hidden]) figure.jp-document').scrollIntoView();
  for (const audio of document.querySelectorAll('.jp-page:not([hidden]) audio')) {
    audio.playbackRate = 4;
    await audio.play();
  }
}"""
#: A page is on the screen, and its questions and media, which may come after its text, are there too.
SHOWN = """() => {
  const page = document.querySelector('.jp-page:not([hidden])');
  return page !== null && !page.querySelector('.jp-wait');
}"""
WATCHED = "() => Jampel.player.session.state.media.every((medium) => medium.every(Boolean))"
LOADED = "() => Jampel.player.pages.all()"


class Hands:
    """Does what a learner does; `frame` is the page or the frame that holds the player."""

    def __init__(self, frame: Any) -> None:
        self.frame = frame
        frame.locator(".jp-page:visible h1").wait_for(timeout=30_000)

    def where(self) -> tuple[str, dict[str, bool | None]]:
        """The title on the screen, and each question there that is answered with its verdict."""
        self.frame.wait_for_function(SHOWN)
        found = self.frame.evaluate(WHERE)
        return found["title"], found["answers"]

    def text(self) -> str:
        """What the open page says, and how many pictures are broken."""
        self.frame.wait_for_function(SHOWN)
        return str(self.frame.evaluate(TEXT))

    def answer(self, given: dict[str, Any] | None = None) -> None:
        """Gives these responses (as the player holds them) to questions of the open page, without them right ones."""
        self.frame.wait_for_function(SHOWN)
        self.frame.evaluate(ANSWER, given)

    def next_page(self) -> None:
        """Goes on: to the next page, or to the result."""
        self.frame.locator(".jp-steps .jp-primary").click()

    def go(self, page: int) -> None:
        """Opens a page by the list of pages."""
        self.frame.locator(".jp-list button").nth(page).evaluate("button => button.click()")

    def study(self, minutes: int) -> None:
        """Lets so much time pass on this page."""
        self.frame.evaluate(STUDY, minutes)

    def have_all(self) -> None:
        """Waits until every page of the course is here."""
        self.frame.wait_for_function(LOADED)

    def watch(self) -> None:
        """Hears every recording of the open page to its end and looks at every sheet of its document."""
        self.frame.wait_for_function(SHOWN)
        self.frame.evaluate(WATCH)
        sheets = self.frame.locator(".jp-page:visible [data-lembar]").count()
        for _ in range(1, sheets):
            self.frame.wait_for_timeout(1100)
            self.frame.get_by_role("button", name="Lembar berikutnya").click()
        self.frame.wait_for_function(WATCHED)

    def best(self) -> dict[str, Any]:
        """The best result so far."""
        return dict(self.frame.evaluate("Jampel.player.session.state.best"))

    def told_lost(self) -> None:
        """Waits until the learner is told that what they do does not arrive."""
        self.frame.locator(".jp-notice-bad").first.wait_for()

    def told_found(self) -> None:
        """Waits until the learner is told that everything has arrived."""
        self.frame.locator(".jp-notice-bad").first.wait_for(state="detached")
        self.frame.locator(".jp-notice-info").first.wait_for()
