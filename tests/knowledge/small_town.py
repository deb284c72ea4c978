"""The knowledge of a very small town."""

from __future__ import annotations

from knowledge.entry import DECLINE, OFFER, Entry


def offer(entry_id: str, title: str, *phrasings: str, lang: str = "de") -> Entry:
    """An entry in one language, told by its title and phrasings."""
    asked = {lang: phrasings} if phrasings else {}
    return Entry(entry_id, OFFER, title={lang: title}, text={lang: "?"}, phrasings=asked)


def decline(entry_id: str, *phrasings: str) -> Entry:
    """An entry that says what the bot is not for."""
    return Entry(
        entry_id, DECLINE, title={"de": phrasings[0]}, text={"de": "Leider nein."}, phrasings={"de": phrasings}
    )


SMALL_TOWN = (
    offer(
        "sperrmuell",
        "Sperrmüll abholen lassen",
        "Ich möchte mein altes Sofa loswerden",
        "Wohin mit alten Möbeln?",
        "Termin für die Sperrmüllabholung vereinbaren",
        "Wer nimmt meinen kaputten Schrank mit?",
    ),
    offer(
        "wohngeld",
        "Wohngeld beantragen",
        "Wer hilft mir bei hohen Mieten?",
        "Zuschuss zur Miete bekommen",
        "Die Wohnung ist zu teuer für mein Einkommen",
    ),
    offer(
        "kita",
        "Kindergartenplatz finden",
        "Wie melde ich mein Kind in der Kita an?",
        "Betreuung für Kleinkinder",
        "Tagesmutter gesucht",
    ),
    offer(
        "buergeramt",
        "Öffnungszeiten vom Bürgeramt",
        "Wann hat das Rathaus geöffnet?",
        "Personalausweis verlängern",
        "Ich muss mich ummelden",
    ),
    offer("garten", "Gemeinschaftsgarten", "Wo kann ich Gemüse anbauen?", "Hochbeet mieten", "Gärtnern mit Nachbarn"),
    offer("hund", "Hundesteuer anmelden", "Mein Welpe braucht eine Steuermarke", "Abgabe für Vierbeiner"),
    offer(
        "reparatur",
        "Repair-Café",
        "Wer repariert meinen Toaster?",
        "Fahrrad flicken lassen",
        "Werkstatt mit Ehrenamtlichen",
    ),
    offer(
        "deutschkurs",
        "Deutsch lernen im Sprachkurs",
        "Wo gibt es einen Integrationskurs?",
        "Ich suche Unterricht für Anfänger",
    ),
    offer("notruf", "Notruf 110 und 112", "Welche Nummer hat die Feuerwehr?", "Polizei rufen"),
    decline("absage-wetter", "Wie wird das Wetter morgen?", "Regnet es heute?", "Brauche ich einen Regenschirm?"),
    decline("absage-witz", "Erzähl mir einen Witz", "Kannst du etwas Lustiges sagen?", "Bring mich zum Lachen"),
)

WORDINGS = tuple(
    (entry.id, wording)
    for entry in SMALL_TOWN
    for wording in dict.fromkeys((*entry.title.values(), *entry.phrasings["de"]))
)
"""Every wording with the id of its entry."""
