"""The memory of a pull: what is written into the cursor is read again, and a broken one is never believed."""

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.moodle import ADAPTER
from adapters.moodle.answers import MOST_NUMBER, MOST_TEXT, moment, plain, whole
from adapters.moodle.memory import NO_SCORE, Known, Memory, read_memory
from tests.unit.adapters.moodle_site import HOME, MARCH, FakeMoodle, connection, person

NUMBERS = st.integers(1, MOST_NUMBER)
KNOWN = st.builds(Known, st.integers(0, MOST_NUMBER), st.integers(NO_SCORE, 1000), st.integers(0, MOST_NUMBER))
PEOPLE = st.dictionaries(NUMBERS, KNOWN.filter(lambda one: one != Known()), max_size=20)


@settings(max_examples=40)
@given(st.dictionaries(st.integers(1, 10**9), PEOPLE, max_size=4))
def test_what_is_written_is_read_again(courses):
    memory = Memory(HOME)
    memory.begin(MARCH, 0)
    for number, people in courses.items():
        memory.of(number).people.update(people)
        memory.of(number).worth = "300 e-learning"

    found = read_memory(memory.write(), HOME)

    assert {number: found.of(number).people for number in courses} == courses
    assert (found.begun, found.running) == (MARCH, True)
    assert all(found.of(number).worth == "300 e-learning" for number in courses)


def test_a_finished_run_is_begun_anew_and_a_broken_one_gone_on_with():
    memory = Memory(HOME)
    memory.begin(100, 50)
    memory.course, memory.after = 7, 3
    memory.begin(120, 50)
    assert (memory.begun, memory.course, memory.after) == (100, 7, 3)

    memory.end()
    memory.begin(130, 50)
    assert (memory.begun, memory.before, memory.everybody, memory.course) == (130, 100, False, 0)
    memory.end()
    memory.begin(150, 50)
    assert memory.everybody


def test_numbers_and_times_beyond_what_fits_are_none():
    beyond = (MOST_NUMBER, MOST_NUMBER + 1, -1, "9" * 30, None)
    assert [moment(one) for one in beyond] == [MOST_NUMBER, 0, 0, 0, 0]
    assert [whole(one) for one in ("12", " 7 ", "1.5", "x", [], 3.0)] == [12, 7, 0, 0, 0, 0]
    assert len(plain("<span " * 100_000)) <= MOST_TEXT


def test_a_person_with_an_impossible_number_is_passed_over():
    site = FakeMoodle()
    site.add_course(5, "Kursus", [person(8), person(2**40)])
    site.complete(5, 8)
    site.complete(5, 2**40)

    pages = list(ADAPTER.pull.pages(connection(site), ""))

    assert [record.who.subject for page in pages for record in page.records] == ["8"]
