"""What a resident wants with events and notices: from a command to a wish."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.actions import OpenEvents, OpenTopics, Pause, Remind, SignOff, SignUp
from bot.domain.participation import AskPause, OpenOwn, Wish, wish_of
from knowledge.commands import Command

TODAY = date(2026, 6, 9)


@pytest.mark.parametrize(
    ("command", "asked"),
    [
        (Command.PAUSE, AskPause()),
        (Command.SUBSCRIBE, OpenTopics()),
        (Command.UNSUBSCRIBE, OpenTopics()),
        (Command.REGISTER, OpenEvents()),
        (Command.UNREGISTER, OpenOwn()),
        (Command.REMIND, OpenEvents()),
    ],
)
def test_natural_words_name_nothing_and_so_change_nothing(command: Command, asked: Wish) -> None:
    """Whoever types "I am not coming" is shown what they could mean."""
    assert wish_of(command, "", TODAY) == asked


@pytest.mark.parametrize(
    ("command", "argument", "wish"),
    [
        (Command.PAUSE, "28", Pause(28)),
        (Command.PAUSE, "366", Pause(366)),
        (Command.PAUSE, "367", AskPause()),
        (Command.PAUSE, "03669999999999", AskPause()),
        (Command.PAUSE, "bald", AskPause()),
        (Command.REGISTER, "7 2", SignUp(7, 2)),
        (Command.REGISTER, "7 00012", SignUp(7, 12)),
        (Command.REGISTER, "7 0000", SignUp(7, 0)),
        (Command.REGISTER, "7 " + "9" * 30, SignUp(7, 9999)),
        (Command.REGISTER, "e_7", SignUp(7)),
        (Command.REGISTER, "7 viele", SignUp(7)),
        (Command.UNREGISTER, "7", SignOff(7)),
        (Command.REMIND, "7 pt2h", Remind(7, "PT2H")),
        (Command.REMIND, "7 bald", Remind(7)),
        (Command.REMIND, "0", OpenEvents()),
    ],
)
def test_what_is_named_is_wanted(command: Command, argument: str, wish: Wish) -> None:
    assert wish_of(command, argument, TODAY) == wish
