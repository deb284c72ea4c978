"""What differs between two records, and two people's changes made one."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.changes import Difference, differences, merged, overlaps

BASE: dict[str, Any] = {"id": "a", "kind": "topic", "title": {"de": "Alt", "tr": "Eski"}, "phrasings": {"de": ["x"]}}


def test_equal_records_differ_in_nothing() -> None:
    assert differences(BASE, dict(BASE) | {"state": "published"}) == []


def test_a_difference_names_field_and_language_and_both_sides() -> None:
    changed = BASE | {"title": {"de": "Neu", "en": "New"}, "mail": "a@example.org", "state": "archived"}
    assert differences(BASE, changed) == [
        Difference("state", "", "published", "archived"),
        Difference("title", "de", "Alt", "Neu"),
        Difference("title", "tr", "Eski", None),
        Difference("title", "en", None, "New"),
        Difference("mail", "", None, "a@example.org"),
    ]


@pytest.mark.parametrize(
    ("theirs", "mine", "expected"),
    [
        pytest.param({"mail": "t@x.de"}, {"address": "Weg 1"}, {"mail": "t@x.de", "address": "Weg 1"}, id="apart"),
        pytest.param({"mail": "t@x.de"}, {"mail": "m@x.de"}, {"mail": "m@x.de"}, id="the same field"),
        pytest.param({"title": {"de": "Ihr"}}, {}, {"title": {"de": "Ihr"}}, id="they take a language away"),
        pytest.param(
            {"title": {"de": "Ihr", "tr": "Eski"}},
            {"title": {"de": "Alt", "tr": "Yeni"}},
            {"title": {"de": "Ihr", "tr": "Yeni"}},
            id="two languages of a field",
        ),
        pytest.param(
            {"phrasings": {"de": ["x", "t"]}},
            {"phrasings": {"de": ["m", "x"]}},
            {"phrasings": {"de": ["m", "x", "t"]}},
            id="both add a phrasing",
        ),
        pytest.param(
            {"phrasings": {}}, {"phrasings": {"de": ["x", "y"]}}, {"phrasings": {"de": ["y"]}}, id="one goes, one comes"
        ),
        pytest.param({"related": ["b"]}, {"related": ["c", "b"]}, {"related": ["c", "b"]}, id="both add the same"),
    ],
)
def test_what_only_one_of_them_changed_is_taken_over(
    theirs: dict[str, Any], mine: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert merged(BASE, BASE | theirs, BASE | mine) == BASE | {"state": "published"} | expected


@pytest.mark.parametrize(
    ("theirs", "mine", "is_so"),
    [
        ({"mail": "t@x.de"}, {"address": "Weg 1"}, False),
        ({"mail": "t@x.de"}, {"mail": "m@x.de"}, True),
        ({"mail": "t@x.de"}, {"mail": "t@x.de"}, False),
        ({"phrasings": {"de": ["x", "t"]}}, {"phrasings": {"de": ["m"]}}, False),
        ({"title": {"de": "Alt"}}, {"title": {"de": "Alt", "tr": "Yeni"}}, True),
    ],
)
def test_two_changes_overlap_where_the_same_part_became_different_things(
    theirs: dict[str, Any], mine: dict[str, Any], is_so: bool
) -> None:
    assert overlaps(BASE, BASE | theirs, BASE | mine) is is_so


def test_what_both_took_away_is_gone() -> None:
    rest = {name: value for name, value in BASE.items() if name != "phrasings"}
    assert "phrasings" not in merged(BASE, rest, rest)
