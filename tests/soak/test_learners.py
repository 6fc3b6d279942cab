"""A small crowd around a real server, two of whose processes are killed: what anybody was told is true afterwards."""

import uuid
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bench import learners
from bench.crowd.verify import verify
from lti_tool.services import open_services

pytestmark = [pytest.mark.e2e, pytest.mark.soak, pytest.mark.thorough, pytest.mark.timeout(300)]
SMALL = "--learners 10 --people 30 --minutes 0.1 --hurry 40 --least 1 --kill-every 2.5"


class Ran(NamedTuple):
    """What a run told, and what it compared at its end."""

    told: dict[str, Any]
    compared: tuple[Any, ...]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A crowd that is much faster than people, for some seconds."""
    seen: list[tuple[Any, ...]] = []

    def watched(*compared: Any) -> Any:
        seen.append(compared)
        return verify(*compared)

    data: Path = tmp_path_factory.mktemp("crowd") / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(learners, "verify", watched)
        told = learners.run(learners.options().parse_args(SMALL.split()), data)
    return Ran(told, seen[0][1:])


def test_whoever_is_killed_what_learners_were_told_is_true_and_nobody_sees_an_error(ran: Ran) -> None:
    told = ran.told
    assert told["wrong"] == []
    assert told["errors"] == {}
    assert told["compared"]["statements acknowledged"] == told["compared"]["statements stored"] > 100
    assert min(told["compared"][name] for name in ("states", "grades", "credits")) > 0


def test_another_process_takes_the_place_of_a_killed_one(ran: Ran) -> None:
    assert len(ran.told["kills"]) == 2
    assert all(kill["seconds"] is not None for kill in ran.told["kills"])


def test_the_comparison_finds_what_is_lost(ran: Ran) -> None:
    place, crowd, lms = ran.compared
    lost, box = str(uuid.uuid4()), next(iter(crowd[0].outboxes.values()))
    graded = next(iter(lms.grades))
    box.acked.add(lost)
    box.state_acked += 1
    grades = lms.grades.pop(graded)
    with open_services(place.settings) as services:
        wrong = verify(services, place, crowd, lms).wrong
    box.acked.remove(lost)
    box.state_acked -= 1
    lms.grades[graded] = grades
    assert f"statement {lost}: acknowledged and lost" in wrong
    assert f"grade of {graded}: never came" in wrong
    assert any(one.startswith(f"state of {box.registration}: ") for one in wrong)
