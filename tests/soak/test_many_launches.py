"""A class that starts at the same moment: every launch gets its page, on several server processes."""

from bench._flood import flood, launches, prepare
from bench._server import serving

AT_ONCE = 20


def test_twenty_learners_at_once_all_get_their_page(tmp_path) -> None:
    platform = prepare(tmp_path / "data", tmp_path / "modul")
    with serving(tmp_path / "data", workers=2) as server:
        port = int(server.url.rpartition(":")[2])
        first = flood(port, launches(port, platform, AT_ONCE))
        again = flood(port, launches(port, platform, AT_ONCE))
    assert first.statuses == again.statuses == [200] * AT_ONCE


def test_a_launch_form_sent_twice_at_once_opens_one_page(tmp_path) -> None:
    platform = prepare(tmp_path / "data", tmp_path / "modul")
    with serving(tmp_path / "data", workers=2) as server:
        port = int(server.url.rpartition(":")[2])
        found = flood(port, launches(port, platform, 1) * AT_ONCE)
    assert sorted(found.statuses) == [200] + [400] * (AT_ONCE - 1)
