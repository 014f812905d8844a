import re
from xml.etree import ElementTree

from iexdg.ui import svg


def test_an_unknown_value_is_a_gap_and_never_zero() -> None:
    left, right = svg.runs_of([1, 2, None, 4, 5])
    assert [len(left), len(right)] == [2, 2]
    # The lowest known value touches the floor; a 0 in place of the unknown would have pushed it up.
    assert left[0][1] == 22.0
    assert right[-1][1] == 2.0


def test_a_level_course_runs_through_the_middle() -> None:
    assert {y for _, y in svg.runs_of([7, 7, 7])[0]} == {12.0}


def test_nothing_known_draws_nothing() -> None:
    assert svg.sparkline([], "c1", "sent") == ""
    assert svg.sparkline([None, None], "c1", "sent") == ""


def test_a_spark_line_says_its_course_to_who_cannot_see_it() -> None:
    drawing = ElementTree.fromstring(svg.sparkline([3, None, 9, 5], "c2", "E-mails <sent>"))
    assert drawing.attrib["role"] == "img"
    assert drawing.attrib["aria-label"] == "E-mails <sent>: from 3 to 5, lowest 3, highest 9"
    assert [child.tag for child in drawing] == ["polyline", "circle"]


def test_a_bar_s_parts_fill_it_exactly_and_empty_ones_are_left_out() -> None:
    html = svg.stacked_bar([("loaded", 655, "ok"), ("refused", 0, "bad"), ("waiting", 345, "idle")])
    widths = [float(width) for width in re.findall(r'width="([\d.]+)" height="10"', html)]
    assert widths == [655.0, 345.0]
    assert 'aria-label="655 loaded, 345 waiting"' in html
    assert "refused" not in html


def test_a_bar_of_nothing_says_so() -> None:
    assert 'aria-label="nothing yet"' in svg.stacked_bar([("loaded", 0, "ok")])


def test_a_meter_without_both_numbers_is_unknown_not_empty() -> None:
    assert 'aria-label="unknown"' in svg.meter(None, 6000, "busy")
    assert 'aria-label="unknown"' in svg.meter(5, None, "busy")
    assert 'aria-label="41 of 6,000"' in svg.meter(41, 6000, "busy")


def test_a_meter_never_runs_over_its_end() -> None:
    assert 'width="1000.0"' in svg.meter(9000, 6000, "busy")
