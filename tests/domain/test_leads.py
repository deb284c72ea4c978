"""How long before a meeting a reminder is sent: what is written, and what is read."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.actions import Remind, read_action, write_action
from bot.domain.errors import InvalidInput
from bot.domain.leads import LONGEST, Lead, read_lead

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@st.composite
def leads(draw: st.DrawFn) -> Lead:
    """Every lead that can be read."""
    if draw(st.booleans()) and draw(st.booleans()):
        return Lead(in_the_morning=True)
    days = draw(st.integers(0, LONGEST.days))
    minutes = draw(st.integers(0, (LONGEST - timedelta(days=days)) // MINUTE))
    return Lead(days, minutes * MINUTE)


@pytest.mark.parametrize(
    ("text", "lead", "written"),
    [
        ("P1D", Lead(days=1), "P1D"),
        ("PT2H", Lead(elapsed=2 * HOUR), "PT2H"),
        ("P1DT30M", Lead(1, 30 * MINUTE), "P1DT30M"),
        ("P2DT1H15M", Lead(2, HOUR + 15 * MINUTE), "P2DT1H15M"),
        ("P1W", Lead(days=7), "P7D"),
        ("P2W3D", Lead(days=17), "P17D"),
        ("PT90M", Lead(elapsed=90 * MINUTE), "PT1H30M"),
        ("PT24H", Lead(elapsed=24 * HOUR), "PT24H"),
        ("PT1000H", Lead(elapsed=1000 * HOUR), "PT1000H"),
        ("P0D", Lead(), "P0D"),
        ("PT0M", Lead(), "P0D"),
        ("P001D", Lead(days=1), "P1D"),
        ("P366D", Lead(days=366), "P366D"),
        ("P365DT24H", Lead(365, 24 * HOUR), "P365DT24H"),
        ("MORNING", Lead(in_the_morning=True), "MORNING"),
        ("  p1dt2h\n", Lead(1, 2 * HOUR), "P1DT2H"),
        (" morning ", Lead(in_the_morning=True), "MORNING"),
    ],
)
def test_a_duration_is_read_and_written_in_its_shortest_form(text: str, lead: Lead, written: str) -> None:
    assert (read_lead(text), str(lead)) == (lead, written)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "P", "PT", "P1DT", "1D", "P1", "P1DT1", "D", "P D", "P1D T2H", "P1DP1D", "P1D PT2H"),
        *("-P1D", "+P1D", "P-1D", "P1.5D", "P0,5D", "PT1.5H", "P1H", "P1M", "P1Y", "PT30S", "PT1D", "PT1M1H"),
        *("P1D2W", "P١D", "PT２H", "EVENING", "MORNINGS", "P1DMORNING", "tomorrow", "2026-06-09", "P1D\x00"),
        *("P1000D", "PT10000H", "P99999999999999999999D"),
    ],
)
def test_what_is_no_duration_is_refused_with_a_right_example(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"is no duration before the start, for example P1D or PT2H") as refused:
        read_lead(text)
    assert repr(text) in str(refused.value)


@pytest.mark.parametrize("text", ["P367D", "P53W", "P366DT1M", "P366DT23H59M", "PT8785H", "P300DT9999H9999M"])
def test_more_than_a_year_before_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="more than a year"):
        read_lead(text)


@given(leads())
@example(Lead(elapsed=999 * HOUR + 9999 * MINUTE))
@example(Lead(elapsed=LONGEST))
def test_what_is_written_reads_the_same(lead: Lead) -> None:
    assert read_lead(str(lead)) == lead


@given(leads(), leads())
def test_different_leads_are_written_differently(one: Lead, other: Lead) -> None:
    assert (str(one) == str(other)) == (one == other)


@given(
    st.none() | st.integers(0, 99),
    st.none() | st.integers(0, 999),
    st.none() | st.integers(0, 9999),
    st.none() | st.integers(0, 9999),
)
def test_every_duration_up_to_a_year_is_understood(
    weeks: int | None, days: int | None, hours: int | None, minutes: int | None
) -> None:
    date, clock = (
        "".join(f"{number}{unit}" for number, unit in parts if number is not None)
        for parts in (((weeks, "W"), (days, "D")), ((hours, "H"), (minutes, "M")))
    )
    text = f"P{date}T{clock}" if clock else f"P{date}"
    lead = Lead(7 * (weeks or 0) + (days or 0), (hours or 0) * HOUR + (minutes or 0) * MINUTE)
    if text == "P" or timedelta(days=lead.days) + lead.elapsed > LONGEST:
        with pytest.raises(InvalidInput):
            read_lead(text)
    else:
        assert read_lead(text) == lead


@given(st.text() | st.from_regex(r"\s?[PpMm]?[\dTtWDHM.,+-]{0,12}\s?", fullmatch=True))
def test_any_text_is_a_lead_or_is_refused(text: str) -> None:
    try:
        lead = read_lead(text)
    except InvalidInput:
        return
    assert read_lead(str(lead)) == lead
    assert re.fullmatch(r"MORNING|P\d+D|P(\d+D)?T(\d+H)?(\d+M)?", str(lead))


@given(leads(), st.integers(0, 10**18 - 1))
def test_every_lead_fits_into_a_button_and_a_column(lead: Lead, event: int) -> None:
    assert len(str(lead)) <= 20
    assert read_action(write_action(Remind(event, str(lead)))) == Remind(event, str(lead))
