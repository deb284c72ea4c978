"""Which numbers are hidden, so that nobody can reckon how few people stand behind one."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.figures import SMALLEST_GROUP, WHOLE, Figure
from bot.domain.secrecy import Sum, is_few, to_hide

LANGUAGES = ("ar", "bg", "de", "en", "fr")
PARTS = st.dictionaries(st.sampled_from(LANGUAGES), st.integers(0, 14), max_size=5)


def suppress(parts: dict[str, int]) -> dict[str, int | None] | None:
    """What is shown of parts whose sum is known."""
    cells = {(Figure.ACTIVE, part): count for part, count in parts.items()}
    total = (Figure.ACTIVE, WHOLE)
    hidden = to_hide({**cells, total: sum(parts.values())}, [Sum(total, tuple(cells))])
    return None if hidden is None else {part: None if (Figure.ACTIVE, part) in hidden else count
                                        for part, count in parts.items()}  # fmt: skip


def sums_to(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Every way in which so many parts of at least one make a total."""
    if parts == 1:
        yield (total,)
        return
    for first in range(1, total - parts + 2):
        yield from ((first, *rest) for rest in sums_to(total - first, parts - 1))


@given(PARTS)
def test_what_is_shown_is_true_and_never_of_few(parts: dict[str, int]) -> None:
    shown = suppress(parts)
    assume(shown is not None)
    assert shown is not None
    assert shown.keys() == parts.keys()
    assert all(count in (None, parts[name]) for name, count in shown.items())
    assert not any(is_few(count) for count in shown.values() if count is not None)


@given(PARTS)
def test_nobody_reckons_a_hidden_number_from_the_sum(parts: dict[str, int]) -> None:
    shown = suppress(parts) or {}
    hidden = [name for name, count in shown.items() if count is None]
    assume(hidden)
    seen = [count for count in shown.values() if count]
    total = sum(parts.values()) - sum(seen)
    # Whoever knows the rule knows that the smallest are hidden, and that they are not nothing.
    most = min(seen, default=total)
    possible = [numbers for numbers in sums_to(total, len(hidden)) if max(numbers) <= most]
    assert total >= SMALLEST_GROUP
    assert all(len(set(numbers)) > 1 for numbers in zip(*possible, strict=True))


@given(PARTS)
def test_nothing_is_shown_only_where_the_sum_gives_it_away(parts: dict[str, int]) -> None:
    small = [count for count in parts.values() if is_few(count)]
    if suppress(parts) is None:
        some = [count for count in parts.values() if count]
        assert small
        assert len(some) == 1 or sum(some) < SMALLEST_GROUP or sum(some) == len(some)


@given(PARTS)
def test_no_more_is_hidden_than_is_needed(parts: dict[str, int]) -> None:
    hidden = [parts[name] for name, count in (suppress(parts) or {}).items() if count is None]
    if not any(is_few(count) for count in parts.values()):
        assert hidden == []
    assert len([count for count in hidden if count >= SMALLEST_GROUP]) <= 1


def test_the_next_smallest_is_hidden_where_only_one_is_small() -> None:
    assert suppress({"de": 40, "tr": 9, "ar": 3, "pl": 0}) == {"de": 40, "tr": None, "ar": None, "pl": 0}
    assert suppress({"de": 40, "tr": 9, "ar": 3, "pl": 2}) == {"de": 40, "tr": 9, "ar": None, "pl": None}
    assert suppress({"de": 40, "tr": 9, "ar": 1, "pl": 1}) == {"de": 40, "tr": None, "ar": None, "pl": None}
    assert suppress({"de": 40, "tr": 5}) == {"de": 40, "tr": 5}
    assert suppress({}) == {}


def test_where_the_sum_tells_not_even_the_name_is_shown() -> None:
    assert suppress({"ar": 3}) is None
    assert suppress({"ar": 2, "tr": 2}) is None
    assert suppress({"ar": 1, "tr": 0}) is None


def test_what_follows_from_two_sums_together_is_hidden_too() -> None:
    """Two pairs of hidden numbers, and a small one between them: it is the rest of both pairs."""
    first, second = (Figure.QUESTIONS, "a"), (Figure.QUESTIONS, "b")
    cells = {(Figure.ANSWERED, code): count for code, count in zip("pqrstu", (4, 6, 6, 2, 7, 4), strict=True)}
    p, q, r, s, t, u = cells
    sums = [Sum((Figure.GIVEN, WHOLE), (p, q)), Sum((Figure.FIELD, WHOLE), (p, q, s)), Sum(first, (r, s, t)),
            Sum(second, (u, t))]  # fmt: skip
    values = {**cells, first: 15, second: 11, (Figure.GIVEN, WHOLE): 10, (Figure.FIELD, WHOLE): 12}
    hidden = to_hide(values, sums)
    assert hidden is None or s not in _given_away(sums, hidden)


def _given_away(sums: list[Sum], hidden: set[tuple[Figure, str]]) -> set[tuple[Figure, str]]:
    """What follows by taking away one sum from another."""
    rests = [frozenset(cell for cell in one.cells if cell in hidden) for one in sums]
    rests += [larger - smaller for larger in rests for smaller in rests if smaller < larger]
    return {next(iter(rest)) for rest in rests if len(rest) == 1}
