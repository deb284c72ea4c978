"""A message as plain text."""

from __future__ import annotations

import pytest

from bot.domain.messages import Choice, Fact, Reply

FACTS = (Fact("Adresse", "Am Markt 1"), Fact("Telefon", "115", "tel:115"))


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (Reply("Ja."), "Ja."),
        (Reply("Ja.", title="Rathaus"), "Rathaus\n\nJa."),
        (Reply("Ja.", facts=FACTS), "Ja.\n\nAdresse: Am Markt 1\nTelefon: 115"),
        (Reply("Ja.", title="Rathaus", facts=FACTS), "Rathaus\n\nJa.\n\nAdresse: Am Markt 1\nTelefon: 115"),
        (Reply("", title="Rathaus"), "Rathaus"),
        (Reply("Welches?", choices=(Choice("Eins", "o:1:0"),)), "Welches?"),
    ],
)
def test_a_reply_as_plain_text_holds_its_parts_in_order(reply: Reply, text: str) -> None:
    assert reply.plain() == text


def test_in_arabic_the_values_of_a_card_keep_their_own_direction() -> None:
    reply = Reply("نعم.", facts=(Fact("هاتف", "0231 000000"),), language="ar")
    assert reply.plain() == "نعم.\n\nهاتف: \u20680231 000000\u2069"
