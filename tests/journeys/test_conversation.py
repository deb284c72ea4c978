"""One dialogue, played at both doors: Telegram and the web chat say the same."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.conftest import TestTown
from tests.journeys.doors import DOORS, Door, Turn, says, telegram_door, web_door
from tests.small_quarter import UNKNOWN, furnish

FOOT = ("Menü", "Mensch fragen")
NEWS = ("📅 Veranstaltungen", "🔔 Nachrichten bekommen")
RATING = ("👍 Hilfreich", "👎 Nicht hilfreich")
OFFICE = (("Quartiersbüro", "0231 00000000"), ("Quartiersbüro", "Musterplatz 1, 44000 Musterstadt"))
REACH = (
    ("Quartiersbüro", "Jetzt geöffnet, bis 17 Uhr"),
    ("Telefon", "0231 00000000"),
    ("Adresse", "Musterplatz 1, 44000 Musterstadt"),
)
CLOSED = ("Heute", "Jetzt geschlossen. Öffnet am Samstag, 13. Juni, um 10 Uhr")

NOTICE = Turn(
    text="Ich bin ein Programm. Meine Antworten schreibt das Team im Quartier. Ihren Namen und Ihre Nummer speichere "
    "ich nicht, Ihre Fragen nur ohne persönliche Angaben, 30 Tage lang. Bitte schreiben Sie hier nichts "
    "Vertrauliches, zum Beispiel über Krankheiten oder Schulden.",
    labels=("Datenschutz", "🌐 Sprache / Language"),
)
DOG = Turn(
    title="Hund anmelden",
    text="Im Amt.",
    facts=(*OFFICE, ("Kosten", "10 Euro")),
    labels=(*RATING, *FOOT),
)
PASSED_ON = Turn(
    title="Ich habe es weitergegeben.",
    text="Das Team antwortet, sobald jemand da ist. Die Antwort kommt hier in den Chat. "
    "Wenn es eilt, rufen Sie bitte an:",
    facts=REACH[:2],
    labels=FOOT,
)
DECLINED = Turn(text="Das weiß ich leider nicht. Soll ich das Team fragen?", labels=("Ja, das Team fragen", *FOOT))

SCRIPT: list[tuple[str, list[Turn]]] = [
    ("/start", [Turn(text="Moin!", labels=("🌐 Sprache / Language", *FOOT)), NOTICE]),
    (
        "[Menü]",
        [
            Turn(
                title="Menü",
                text="Worum geht es? Wählen Sie ein Thema, oder schreiben Sie Ihre Frage.",
                labels=("Tiere", "Weiteres", *NEWS, "Mensch fragen", "Zurück"),
            )
        ],
    ),
    (
        "[Tiere]",
        [
            Turn(
                title="Tiere",
                text="Worüber möchten Sie mehr wissen?",
                labels=("Hund abmelden", "Hund anmelden", "Zurück", *FOOT),
            )
        ],
    ),
    ("[Hund anmelden]", [Turn(DOG.title, DOG.text, DOG.facts, (*RATING, "Zurück", *FOOT))]),
    (
        "Hund",
        [
            Turn(
                text="Meinen Sie eines davon?",
                labels=("Hund abmelden", "Hund anmelden", "Nichts davon", *FOOT),
            )
        ],
    ),
    ("[Hund anmelden]", [DOG]),
    (
        "und was kostet das?",
        [Turn(title="Hund anmelden", facts=(("Kosten", "10 Euro"),), labels=("Hund anmelden", *RATING, *FOOT))],
    ),
    (
        "[👎 Nicht hilfreich]",
        [
            Turn(
                text="Das tut mir leid. Was war nicht gut?",
                labels=(
                    "Etwas ist falsch",
                    "Es ist veraltet",
                    "Ich wollte etwas anderes wissen",
                    "Schwer zu verstehen",
                    *FOOT,
                ),
            )
        ],
    ),
    ("[Es ist veraltet]", [Turn(text="Danke! Das hilft uns, besser zu werden.", labels=FOOT)]),
    (
        "wo kann ich bücher leien",
        [
            Turn(
                title="Bücherei",
                text="Lesen und leihen.",
                facts=(
                    CLOSED,
                    ("Geöffnet", "Samstag 10 bis 14 Uhr"),
                    ("Adresse", "Musterplatz 2, 44000 Musterstadt"),
                    ("Kosten", "kostenlos"),
                ),
                labels=(*RATING, *FOOT),
            )
        ],
    ),
    (
        "und wann offen?",
        [
            Turn(
                title="Bücherei",
                facts=(CLOSED, ("Geöffnet", "Samstag 10 bis 14 Uhr")),
                labels=("Bücherei", *RATING, *FOOT),
            )
        ],
    ),
    ("Regnet es morgen?", [Turn(text="Das Wetter kenne ich nicht.", labels=FOOT)]),
    (UNKNOWN, [DECLINED]),
    ("[Ja, das Team fragen]", [PASSED_ON]),
    (
        "Mit einem Menschen sprechen",
        [
            Turn(
                title="Ein Mensch",
                text="Bitte schreiben Sie, worum es geht. Ab jetzt bekommt das Team Ihre Nachrichten so, wie Sie sie "
                "schreiben.\n\nDas Büro ist jetzt geöffnet. Es kann etwas dauern, bis jemand antwortet. Die Antwort "
                "kommt hier in den Chat. Ich bin still, bis Sie auf „Zurück zum Bot“ tippen. Wenn es eilt, rufen Sie "
                "bitte an:",
                facts=REACH,
                labels=("↩ Zurück zum Bot",),
            )
        ],
    ),
    ("Die Laterne ist kaputt", []),
    (
        "[↩ Zurück zum Bot]",
        [
            Turn(
                text="Jetzt antworte wieder ich, der Bot. Was Sie geschrieben haben, hat das Team weiterhin.",
                labels=FOOT,
            )
        ],
    ),
    (
        "Hilfe, es brennt!",
        [
            Turn(
                title="Rufen Sie jetzt an: 112",
                text="Gehen Sie aus dem Haus und machen Sie die Türen hinter sich zu. Warnen Sie die anderen."
                "\n\nIch bin ein Programm und kann keine Hilfe rufen.",
                facts=(
                    ("Feuerwehr und Rettungswagen", "112"),
                    ("Polizei", "110"),
                    ("Ärztlicher Notdienst, wenn kein Leben in Gefahr ist", "116117"),
                    ("TelefonSeelsorge: Tag und Nacht hört Ihnen jemand zu, kostenlos", "0800 1110111"),
                ),
                labels=FOOT,
            )
        ],
    ),
    (
        "/mydata",
        [
            Turn(
                title="Meine Daten",
                text="Das ist alles, was über Sie gespeichert ist:\n"
                "• zum ersten Mal geschrieben haben Sie am 9. Juni 2026\n"
                "• Ihre Sprache: Deutsch\n"
                "• 19 Nachrichten, ohne ihren Text: wann sie kamen und was ich geantwortet habe\n"
                "• 2 Fragen, die ich nicht sicher beantworten konnte, ohne persönliche Angaben\n"
                "• 1 Nachricht zwischen Ihnen und dem Team",
                labels=("Alles löschen", *FOOT),
                file="meine-daten.json",
            )
        ],
    ),
    (
        "[Alles löschen]",
        [
            Turn(
                text="Soll ich alles löschen, was über Sie gespeichert ist? Das lässt sich nicht rückgängig machen.",
                labels=("Ja, alles löschen", "Nein, behalten", *FOOT),
            )
        ],
    ),
    (
        "[Ja, alles löschen]",
        [Turn(text="Alles über Sie ist gelöscht. Wenn Sie wieder schreiben, fangen wir neu an. Alles Gute!")],
    ),
    (UNKNOWN, [DECLINED, NOTICE]),
]
"""What is written, or the label of a tapped button in brackets; and all that is said to it."""


@pytest.fixture(params=DOORS)
async def door(request: pytest.FixtureRequest, town: TestTown) -> AsyncIterator[Door]:
    """A resident at one of the doors of the small quarter, on a Tuesday at noon."""
    async with DOORS[request.param](await furnish(town)) as door:
        yield door


async def test_the_dialogue_goes_as_it_is_written(door: Door) -> None:
    for number, (words, expected) in enumerate(SCRIPT):
        assert await says(door, words) == expected, f"step {number}: {words}"


DIALOGUES = {
    "two misses": [UNKNOWN, "Zwerge der Gartenphysik", "[Ja, das Team fragen]", "ja"],
    "none of these": ["Hund", "[Nichts davon]", "Hund", "[Ja, das Team fragen]"],
    "places of options": ["Hund", "das erste", "Hund", "2", "noch mal"],
    "another language": ["English", "Hund", "[Hund anmelden]", "Wo kann ich Bücher leihen?", "Where is it?", "[Menu]"],
    "languages": ["/language", "[Deutsch (einfach)]", "/language en", "/language klingonisch"],
    "commands": ["/help", "/menu", "/stop", "/fliegen", "/events", "/menu@quartierslotse_bot"],
    "the team": [UNKNOWN, "/team", "[Meine letzte Frage an das Team geben]", "/team", "[↩ Zurück zum Bot]"],
    "minds are changed": ["Hund", "[Hund anmelden]", "[👍 Hilfreich]", "/forget", "[Nein, behalten]"],
    "strange": ["'; DROP TABLE entry; --", "<b>Hund</b> & <Katze>", "🙂🙂🙂", "x" * 1500, "a\u202eb", "ﷺ"],
    "emergencies": ["Ich will nicht mehr leben", "Mein Nachbar schlägt seine Frau", "Feuerwehrfest", "Es brennt"],
}


@pytest.mark.parametrize("name", DIALOGUES)
async def test_both_doors_say_the_same(town: TestTown, name: str) -> None:
    await furnish(town)
    async with telegram_door(town) as telegram, web_door(town) as web:
        for words in DIALOGUES[name]:
            heard = await says(telegram, words)
            assert heard == await says(web, words)
            assert heard


CARDS = [
    "Mein altes Sofa muss weg",
    "[Menü]",
    "[Wohnen und Energie]",
    "Wo bekomme ich Hilfe mit einem Brief vom Amt?",
    "Wann ist das Quartiersbüro offen?",
    "und wo ist das?",
    "Deutsch lernen",
    "Wie wird das Wetter morgen?",
    "die stellen mir den Strom ab",
    "/start",
]


async def test_both_doors_say_the_same_of_the_knowledge_that_the_program_comes_with(starter_town: TestTown) -> None:
    async with telegram_door(starter_town) as telegram, web_door(starter_town) as web:
        for words in CARDS:
            assert await says(telegram, words) == await says(web, words)


async def test_only_telegrams_residents_are_told_who_else_reads(town: TestTown) -> None:
    await furnish(town)
    async with telegram_door(town) as telegram, web_door(town) as web:
        (told,), (also,) = await says(telegram, "/privacy"), await says(web, "/privacy")
    paragraphs = told.text.split("\n\n")
    extra = [paragraph for paragraph in paragraphs if paragraph.startswith("Telegram ist eine Firma")]
    assert len(extra) == 1
    assert "\n\n".join(paragraph for paragraph in paragraphs if paragraph not in extra) == also.text
    assert (told.title, told.facts, told.labels) == (also.title, also.facts, also.labels)
