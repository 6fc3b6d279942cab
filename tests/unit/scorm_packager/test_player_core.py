"""What the player knows without a screen: memory, chance, standing, tries, media; run in Node."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scorm_packager.player import FOLDER

HARNESS = Path(__file__).parent / "player_core.js"
CORE = (
    "words.js",
    "words-questions.js",
    "bits.js",
    "draw.js",
    "watched.js",
    "course.js",
    "judge.js",
    "state.js",
    "session.js",
    "session-answers.js",
    "session-media.js",
)
LIMIT = 4096
OLD_COURSE = """
const abc = ['a', 'b', 'c'].map((id) => ({ id, html: id, correct: id === 'b' }));
const raw = { id: 'x', iri: 'x', title: 'x', language: 'id', mastery: 70, questions: {
  a: { kind: 'choice', options: abc }, b: { kind: 'multiple', options: abc }, c: { kind: 'true-false', answer: true },
  d: { kind: 'matching', pairs: [{}, {}, {}] }, e: { kind: 'ordering', items: [{}, {}, {}] },
  f: { kind: 'fill-in', accepted: ['x'] }, g: { kind: 'numeric', value: 2 } } };
raw.pages = ['p-1', 'p-2', 'p-3'].map((id) => ({ id, title: id, html: '', questions: [] }));
raw.pages[0].questions = Object.keys(raw.questions);
const course = Jampel.course.model(raw);
"""
#: Written by the first player for a learner in the third round of that course.
OLD_RECORD = "J1EGPoB8e2Gxj7es3cdHJAw2JMCFpmWGso4pujC3MjC5EDgytjC8sLcwtxBxQEmQGRgQYVghgPo1q"
FULL = """
const text = 'pelayanan publik';
const course = make({ pages: 200, count: 180, text, films: 24, documents: 4, extra: {
  pools: [{ id: 'k', draw: 20, questions: [...Array(50).keys()].map((n) => 'q-' + n) }] } });
const state = Jampel.state.fresh(course);
Object.assign(state, { round: 3, page: 199, seed: 54321, seconds: 98765, best: { status: 'passed', score: 9876 } });
state.visited = state.visited.map((_, i) => i % 7 !== 0);
state.media.forEach((segments, m) => segments.forEach((_, at) => (segments[at] = (at * 7 + m) % 3 !== 0)));
const asked = Jampel.draw.asked(course, state.seed, state.round);
course.list.filter((q) => asked[q.index]).forEach((question) => {
  const i = question.index, response = respond(question, i % 2 === 0, FILL || text);
  state.answers[i] = { correct: Jampel.course.judge(question, response), response, tries: question.attempts || 1 };
  state.order.push(i);
});
const written = Jampel.state.encode(course, state);
return { answers: state.order.length, state, length: written.length, read: Jampel.state.decode(course, written) };
"""


@pytest.fixture(scope="session")
def play(require: Callable[[str], str]) -> Callable[[str], Any]:
    """`play(js)` is what the body of an async function returns that knows `Jampel`, `make`, `respond` and `sitting`."""
    command = [require("node"), str(HARNESS), str(FOLDER), *CORE]

    def run(body: str) -> Any:
        done = subprocess.run(command, input=body, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_two_hundred_pages_and_a_hundred_and_fifty_answers_with_pools_and_media_come_back_whole(play: Any) -> None:
    found = play("const FILL = '';" + FULL)
    assert found["answers"] == 150
    assert found["length"] <= LIMIT
    assert found["read"] == found["state"]


def test_when_it_would_not_fit_the_oldest_details_go_and_nothing_else(play: Any) -> None:
    found = play("const FILL = 'Jawaban Panjang Sekali '.repeat(30);" + FULL)
    read, state = found["read"], found["state"]
    assert found["length"] <= LIMIT
    for name in ("visited", "best", "page", "seconds", "round", "seed", "media"):
        assert read[name] == state[name]
    verdicts = [[one and (one["correct"], one["tries"]) for one in known["answers"]] for known in (read, state)]
    assert verdicts[0] == verdicts[1]
    kept = ["response" in read["answers"][index] for index in state["order"]]
    assert 0 < sum(kept) < 150
    assert kept == sorted(kept), "the newest details are the ones that stay"


def test_a_record_of_the_first_player_is_still_read_whole(play: Any) -> None:
    read = play(OLD_COURSE + f"return Jampel.state.decode(course, '{OLD_RECORD}');")
    right = {0: 1, 2: False, 5: "Standar pelayanan – 20 °C"}
    wrong = {1: [0, 2], 3: [2, 1, 0], 6: "-3,5"}
    answers = [
        {"correct": at in right, "response": {**right, **wrong}[at], "tries": 1} if at != 4 else None for at in range(7)
    ]
    assert read == {
        "round": 2,
        "page": 1,
        "seed": 0,
        "seconds": 4321,
        "best": {"status": "passed", "score": 7143},
        "visited": [True, True, False],
        "answers": answers,
        "order": [3, 0, 1, 2, 6, 5],
        "media": [],
    }


def test_a_learner_of_the_first_player_goes_on_where_they_stopped(play: Any) -> None:
    found = play(
        OLD_COURSE
        + f"const {{ session, last }} = await sitting(course, ['{OLD_RECORD}']); session.visit(2);"
        + "const { missing, questions } = session.standing(), mark = last('save').state.slice(0, 2);"
        + "return { mark, missing, questions, best: session.state.best };"
    )
    assert found == {
        "mark": "J2",
        "missing": 1,
        "questions": [4],
        "best": {"status": "passed", "score": 7143},
    }


def test_a_damaged_record_is_noticed(play: Any) -> None:
    assert (
        play("""
        const course = make();
        const written = Jampel.state.encode(course, Jampel.state.fresh(course));
        let missed = 0;
        for (let at = 0; at < written.length; at++) {
            const broken = written.slice(0, at) + (written[at] === 'A' ? 'B' : 'A') + written.slice(at + 1);
            try { Jampel.state.decode(course, broken); missed++; } catch (error) { /* noticed */ }
        }
        return missed;
    """)
        == 0
    )


def test_a_new_version_that_counts_tries_keeps_what_was_answered(play: Any) -> None:
    found = play("""
        const before = make(), after = make(), state = Jampel.state.fresh(before);
        before.list.forEach((question) => { question.attempts = null; });
        [2, 3, 1].forEach((tries, index) => {
            state.answers[index] = { correct: false, response: respond(before.list[index]), tries };
        });
        state.order = [2, 0, 1];
        const read = Jampel.state.decode(after, Jampel.state.encode(before, state));
        return [read.changed === undefined, read.answers.slice(0, 3).map((one) => one.tries), read.order];
    """)
    assert found == [True, [2, 3, 1], [2, 0, 1]]


def test_other_media_in_a_new_version_forget_only_what_was_watched(play: Any) -> None:
    found = play("""
        const before = make(), state = Jampel.state.fresh(before);
        state.visited[1] = true;
        state.media[0][0] = true;
        state.answers[6] = { correct: false, response: '7', tries: 1 };
        state.order = [6];
        const read = Jampel.state.decode(make({ films: 4 }), Jampel.state.encode(before, state));
        return [read.changed === undefined, read.visited, read.answers[6].response, read.media.flat().some(Boolean)];
    """)
    assert found == [True, [False, True, False, False], "7", False]


def test_a_changed_module_keeps_the_best_result_and_starts_its_pages_again(play: Any) -> None:
    found = play("""
        const before = make(), state = Jampel.state.fresh(before);
        Object.assign(state, { seed: 9, best: { status: 'passed', score: 6667 } });
        state.visited[1] = true;
        const read = Jampel.state.decode(make({ pages: 5 }), Jampel.state.encode(before, state));
        return [read.best, read.changed, read.visited.some(Boolean), read.round];
    """)
    assert found == [{"status": "passed", "score": 6667}, True, False, 1]


def test_two_memories_become_one_that_forgets_nothing(play: Any) -> None:
    merged = play("""
        const course = make({ pages: 3 });
        const older = Jampel.state.fresh(course), newer = Jampel.state.fresh(course);
        older.visited = [true, false, false];
        newer.visited = [false, true, false];
        older.answers[0] = { correct: true, response: 1, tries: 1 };
        older.order = [0];
        newer.answers[0] = { correct: false, response: 2, tries: 2 };
        newer.answers[1] = { correct: false, response: [0, 1], tries: 1 };
        newer.order = [0, 1];
        older.best = { status: 'passed', score: 7500 };
        newer.best = { status: 'failed', score: 9000 };
        older.media[0][1] = newer.media[0][2] = true;
        newer.page = 1;
        older.seed = 7;
        return Jampel.state.merge(older, newer);
    """)
    assert merged["visited"] == [True, True, False]
    assert merged["answers"][0] == {"correct": True, "response": 1, "tries": 2}
    assert merged["answers"][1]["correct"] is False
    assert merged["best"] == {"status": "passed", "score": 7500}
    assert merged["media"][0][:4] == [False, True, True, False]
    assert (merged["page"], merged["seed"]) == (1, 7)


def test_a_learner_that_the_lms_names_gets_the_same_draw_without_any_memory(play: Any) -> None:
    found = play(f"""
        const course = make({{ {POOL} }});
        const draw = async (learner, seed) => {{
            const {{ session }} = await sitting(course, [], seed, learner);
            return session.asked().map((question) => question.index).join();
        }};
        return [await draw('budi', 0.1), await draw('budi', 0.9), await draw('ani', 0.1)];
    """)
    assert found[0] == found[1]
    assert found[0] != found[2]


POOL = "extra: { pools: [{ id: 'k', draw: 5, questions: [...Array(18).keys()].map((n) => 'q-' + n) }] }"


def test_a_draw_stays_through_breaks_differs_between_learners_and_rounds_and_every_question_comes_up(play: Any) -> None:
    found = play(f"""
        const course = make({{ {POOL} }});
        const draws = [];
        const ids = (session) => session.asked().map((question) => question.index);
        const {{ session, last }} = await sitting(course, [], 0.1);
        session.visit(0);
        const again = await sitting(course, [last('save').state], 0.9);
        session.state.round += 1;
        for (let n = 0; n < 200; n++) draws.push(ids((await sitting(course, [], n / 200)).session));
        const counts = course.list.map((q) => draws.filter((draw) => draw.includes(q.index)).length);
        return {{ first: ids(again.session), second: ids(session), sizes: [...new Set(draws.map((d) => d.length))],
                 kinds: new Set(draws.map(String)).size, counts,
                 same: ids(again.session).join() === ids((await sitting(course, [], 0.1)).session).join() }};
    """)
    assert found["same"] is True
    assert found["first"] != found["second"]
    assert found["sizes"] == [5]
    assert found["kinds"] > 150
    assert min(found["counts"]) > 25  # 200 draws of 5 in 18: 56 each on average
    assert max(found["counts"]) < 90


def test_the_score_counts_the_drawn_questions_alone(play: Any) -> None:
    found = play(f"""
        const course = make({{ {POOL} }});
        const {{ session, last }} = await sitting(course);
        course.pages.forEach((_, index) => session.visit(index));
        const asked = session.asked();
        asked.forEach((question, at) => session.answer(question.index, respond(question, at > 0)));
        const judged = asked.filter((question) => question.points > 0).length;
        const wrong = asked[0].points > 0 ? 1 : 0;
        session.close();
        return {{ score: session.standing().score, want: Math.floor((judged - wrong) * 10000 / judged + 0.5),
                 complete: session.standing().complete, report: last('report').score }};
    """)
    assert found["complete"] is True
    assert found["score"] == found["want"] == found["report"]


def test_two_windows_that_drew_differently_become_one_draw(play: Any) -> None:
    found = play(f"""
        const course = make({{ {POOL} }});
        const open = async (seed, count) => {{
            const one = await sitting(course, [], seed);
            one.session.visit(0);
            one.session.asked().slice(0, count).forEach((q) => one.session.answer(q.index, respond(q, true)));
            return one;
        }};
        const little = await open(0.2, 1), much = await open(0.7, 3);
        const joined = [];
        for (const states of [[little, much], [much, little]]) {{
            const {{ session }} = await sitting(course, states.map((one) => one.last('save').state));
            const asked = session.asked().map((q) => q.index);
            const mine = session.state.order.every((i) => asked.includes(i));
            joined.push([session.state.seed === much.session.state.seed, mine]);
        }}
        return joined;
    """)
    assert found == [[True, True], [True, True]]


def test_after_the_last_try_a_question_is_closed_and_its_key_may_be_shown(play: Any) -> None:
    found = play("""
        const course = make();
        const { session, told } = await sitting(course);
        const steps = [session.triesLeft(0), session.mayShowKey(0)];
        session.answer(0, 0);
        steps.push(session.triesLeft(0), session.mayShowKey(0));
        session.answer(0, 2);
        steps.push(session.triesLeft(0), session.mayShowKey(0), session.answer(0, 1).response);
        return { steps, sent: told.filter((one) => one[0] === 'answer').map((one) => one[1].response) };
    """)
    assert found["steps"] == [2, False, 1, False, 0, True, 2]
    assert found["sent"] == [0, 2]


def test_a_key_that_the_author_keeps_is_never_shown(play: Any) -> None:
    assert (
        play("""
        const { session } = await sitting(make({ extra: { review: 'own' } }));
        session.answer(0, 0);
        session.answer(0, 2);
        session.state.best = { status: 'passed', score: 10000 };
        return session.mayShowKey(0);
    """)
        is False
    )


def test_a_key_waits_for_the_end_where_tries_are_not_counted_and_for_the_last_try_where_they_are(play: Any) -> None:
    assert play("""
        const { session } = await sitting(make());
        const free = session.course.list.find((question) => question.kind === 'numeric').index;
        session.answer(0, 0);
        session.answer(free, '7');
        const before = session.mayShowKey(free, true);
        session.state.best = { status: 'passed', score: 7000 };
        return [before, session.mayShowKey(free, true), session.mayShowKey(free), session.mayShowKey(0, true)];
    """) == [False, True, False, False]


def test_rounds_end_where_the_author_says(play: Any) -> None:
    assert play("""
        const { session } = await sitting(make({ extra: { rounds: 2 } }));
        session.answer(0, 0);
        const first = session.mayRestart();
        session.restart();
        session.answer(0, 0);
        session.restart();
        return [first, session.mayRestart(), session.state.round, session.state.answers[0].response];
    """) == [True, False, 1, 0]


def test_what_is_missing_is_named_and_a_film_counts_as_far_as_the_course_asks(play: Any) -> None:
    found = play("""
        const course = make({ count: 1, films: 1, documents: 1, extra: { watch: 80 } });
        course.pages[2].html = '<video data-medium="film-0"></video>';
        const { session, last } = await sitting(course);
        course.pages.forEach((_, index) => session.visit(index));
        const { missing, media, questions } = session.standing();
        session.answer(0, 1);
        for (let at = 0; at < 479; at += 0.5) session.watched(0, at, at + 0.5);
        const before = session.standing().media;
        session.watched(0, 479, 500);
        const after = session.standing().media;
        for (let page = 0; page <= 32; page++) session.sawDocumentPage(1, page);
        return { missing: [missing, media, questions], before, after, status: session.state.best.status,
            share: last('media').share };
    """)
    assert found["missing"] == [3, [0, 1], [0]]
    assert (found["before"], found["after"]) == ([0, 1], [1])
    assert found["status"] == "passed"
    assert found["share"] == 0.8


def test_jumping_to_the_end_of_a_film_is_not_watching_it(play: Any) -> None:
    assert play("""
        const { session } = await sitting(make({ films: 1, documents: 0, extra: { watch: 100 } }));
        session.watched(0, 0, 3);
        session.watched(0, 588, 600);
        const share = Jampel.watched.share(session.state.media[0]);
        session.watched(0, 3, 588);
        return [share > 0 && share < 0.05, session.standing().media];
    """) == [True, []]


def test_every_kind_of_answer_carries_what_a_standard_writes(play: Any) -> None:
    found = play("""
        const course = make({ count: 9 }), { type, parts, right, words } = Jampel.course;
        const { session, told } = await sitting(course);
        course.list.forEach((question) => session.answer(question.index, respond(question, true)));
        return told.filter((one) => one[0] === 'answer')
            .map(([, one]) => [one.question.kind, type(one.question), one.correct, parts(one.question, one.response),
                parts(one.question, right(one.question)), words(one.question, one.response)])
            .sort((a, b) => a[0] < b[0] ? -1 : 1);
    """)
    pairs = [["1", "a"], ["2", "b"], ["3", "c"], ["4", "d"], ["5", "e"]]
    steps = [["a"], ["b"], ["c"], ["d"]]
    assert found == [
        ["choice", "choice", True, [["b"]], [["b"]], "b"],
        ["fill-in", "fill-in", True, [["jawaban pendek"]], [], "jawaban pendek"],
        ["likert", "likert", None, [["5"]], [], "5"],
        ["matching", "matching", True, pairs, pairs, "L1 – R1; L2 – R2; L3 – R3; L4 – R4; L5 – R5"],
        ["multiple", "choice", True, [["b"]], [["b"]], "b"],
        ["numeric", "numeric", True, [["20.5"]], [], "20,5"],
        ["ordering", "sequencing", True, steps, steps, "a; b; c; d"],
        ["short-text", "fill-in", None, [["jawaban pendek"]], [], "jawaban pendek"],
        ["true-false", "true-false", True, [["true"]], [["true"]], "Benar"],
    ]


def test_left_sides_that_share_a_partner_are_right_by_it_and_written_by_its_first_letter(play: Any) -> None:
    question = {
        "kind": "matching",
        "points": 1,
        "pairs": [
            {"id": "1", "left": "kucing", "right": "mamalia"},
            {"id": "2", "left": "hiu", "right": "ikan"},
            {"id": "3", "left": "anjing", "right": "mamalia"},
        ],
        "extra": ["burung"],
    }
    found = play(f"""
        const question = {json.dumps(question)};
        const judge = (response) => Jampel.course.judge(question, response);
        const right = Jampel.course.parts(question, Jampel.course.right(question));
        return [right, judge([0, 1, 0]), judge([2, 1, 0]), judge([0, 1, 3])];
    """)
    assert found == [[["1", "a"], ["2", "b"], ["3", "a"]], True, True, False]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Transparan dan AKUNTABEL.", True),
        ("terbuka; akuntabel", True),
        ("akuntabel", False),
        ("ketidakterbukaan, akuntabel", False),
    ],
)
def test_a_short_text_with_keywords_must_hold_each_of_them_as_a_word(text: str, right: bool, play: Any) -> None:
    question = {"kind": "short-text", "points": 1, "keywords": [["transparan", "terbuka"], ["akuntabel"]]}
    assert play(f"return Jampel.course.judge({json.dumps(question)}, {json.dumps(text)});") is right


def test_a_shuffle_gives_each_order_as_often_and_the_same_one_for_the_same_seed(play: Any) -> None:
    found = play("""
        const counts = {};
        for (let n = 0; n < 6000; n++) {
            const order = Jampel.draw.permutation(3, 'q:' + n + ':0').join('');
            counts[order] = (counts[order] || 0) + 1;
        }
        return { counts, same: Jampel.draw.permutation(9, 'x').join() === Jampel.draw.permutation(9, 'x').join() };
    """)
    assert found["same"] is True
    assert len(found["counts"]) == 6
    assert all(800 < count < 1200 for count in found["counts"].values())
