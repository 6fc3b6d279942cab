"""Charts: what stands where."""

import pytest

from lti_tool.web.charts import LINE, bars

NAME = "Dinas Kelautan dan Perikanan Kabupaten Kepulauan Contoh"


@pytest.mark.parametrize("value", ["0% dari 8", "100% dari 12.345"])
def test_a_long_name_ends_before_the_value_beside_it(value: str) -> None:
    mark = bars("", ("", ""), [(NAME, 1.0, value)]).marks[0]
    assert mark.label.endswith("…")
    assert len(mark.label) + len(mark.value) <= LINE


def test_the_table_of_a_chart_has_the_whole_name() -> None:
    assert bars("", ("", ""), [(NAME, 1.0, "100%")]).rows == [(NAME, "100%")]


def test_a_share_beyond_the_whole_is_drawn_as_the_whole() -> None:
    found = bars("", ("", ""), [("a", 7.0, ""), ("b", -1.0, "")]).marks
    assert [mark.width for mark in found] == [360, 0]
