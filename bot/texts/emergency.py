"""The card for somebody in danger. It is part of the program: no change of the knowledge can take it away."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.messages import Fact, Reply
from bot.texts.buttons import entry_button, foot
from bot.texts.cards import dial
from bot.texts.catalog import catalog
from knowledge.emergency import Emergency
from knowledge.entry import Entry

AMBULANCE, POLICE, DOCTOR = "112", "110", "116117"
PASTORAL, POISON, WOMEN, CHILDREN = "0800 1110111", "0228 19240", "116016", "116111"

NUMBERS = {
    Emergency.FIRE: (AMBULANCE, POLICE, DOCTOR, PASTORAL),
    Emergency.POISON: (AMBULANCE, POISON, POLICE, DOCTOR, PASTORAL),
    Emergency.SUICIDE: (PASTORAL, AMBULANCE, POLICE, DOCTOR, CHILDREN),
    Emergency.CHILD: (POLICE, AMBULANCE, CHILDREN, DOCTOR, PASTORAL),
    Emergency.VIOLENCE: (POLICE, AMBULANCE, WOMEN, DOCTOR, PASTORAL),
    Emergency.CRIME: (POLICE, AMBULANCE, DOCTOR, PASTORAL),
    Emergency.MEDICAL: (AMBULANCE, DOCTOR, POLICE, PASTORAL),
}
"""Whom to call, the most needed first. Sources: Bundesnetzagentur (110, 112, 116xxx), TelefonSeelsorge,
Informationszentrale gegen Vergiftungen Bonn, Hilfetelefon "Gewalt gegen Frauen", Nummer gegen Kummer."""


def emergency(
    kind: Emergency, entry_id: str | None, helpful: Sequence[Entry], language: str, *, is_for_team: bool = False
) -> Reply:
    """What to do now and whom to call; `entry_id` names the town's own entry about it, `helpful` help afterwards.

    `is_for_team` where the team gets the message as well.
    """
    _ = catalog(language).gettext
    limits = [_("I am a program and cannot call for help.")]
    if is_for_team:
        limits.append(_("I pass your message on to the team as well. They may read it only later."))
    names = {
        AMBULANCE: _("Fire brigade and ambulance"),
        POLICE: _("Police"),
        DOCTOR: _("Doctor on call, when no life is in danger"),
        PASTORAL: _("TelefonSeelsorge: somebody listens, day and night, free of charge"),
        POISON: _("Poison help line"),
        WOMEN: _("Help line for women who suffer violence, in many languages"),
        CHILDREN: _("Help line for children and young people"),
    }
    numbers = NUMBERS[kind]
    return Reply(
        "\n\n".join([_advice(kind, language), " ".join(limits)]),
        title=_("Call now: {number}").format(number=numbers[0]),
        facts=tuple(Fact(names[number], number, dial(number)) for number in numbers),
        choices=(*(entry_button(entry, language) for entry in helpful), *foot(language)),
        decision="emergency",
        entry_id=entry_id,
        language=language,
    )


def _advice(kind: Emergency, language: str) -> str:
    _ = catalog(language).gettext
    match kind:
        case Emergency.FIRE:
            return _("Leave the house and close the doors behind you. Warn the others.")
        case Emergency.POISON:
            return _("Give nothing to eat, and do not make anybody vomit. Keep the package at hand.")
        case Emergency.SUICIDE:
            return _("I am glad that you are writing. You are not alone. Please talk to somebody now.")
        case Emergency.CHILD:
            return _("The child needs help now. Say on the phone where you are.")
        case Emergency.VIOLENCE:
            return _("It is not your fault. Go where you are safe, if you can.")
        case Emergency.CRIME:
            return _("Get to safety. Do not try to stop anybody yourself.")
        case Emergency.MEDICAL:
            return _("Stay with the person. On the phone they will tell you what to do.")
