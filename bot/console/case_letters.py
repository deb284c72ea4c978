"""The mail that tells staff that somebody waits for a person: never what was written."""

from __future__ import annotations

from babel import Locale

from bot.console.words import words
from bot.domain.cases import Call
from knowledge.entry import base_language


def case_letter(call: Call, spoken: str, link: str, language: str) -> tuple[str, str]:
    """Subject and text for a reader of `language`; `spoken` is what the resident writes in."""
    _ = words(language).gettext
    said = {
        Call.TELL: (_("Somebody would like to talk to a person"), _("In the chat somebody waits for a person.")),
        Call.REMIND: (_("Somebody still waits for an answer"), _("In the chat somebody still waits for a person.")),
        Call.ESCALATE: (
            _("Somebody has waited for more than a day"),
            _("In the chat somebody has waited for a person for more than a day. Please see to it now."),
        ),
    }
    subject, sentence = said[call]
    name = Locale.parse(base_language(spoken)).get_display_name(language) or spoken
    lines = [sentence, _("They write in: {language}").format(language=name), link]
    return subject, "\n\n".join(lines) + "\n"
