"""One function for each message a resident can get in a conversation.

Texts of the town (entries, greeting) come in as values; everything else is worded here, in cards.py (entries),
emergency.py and privacy.py. Under each message stand the buttons that lead on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.actions import ChooseOption, OpenEvents, OpenMenu, OpenTopics, PassOn, RunCommand, SetLanguage
from bot.domain.languages import choose
from bot.domain.menu import Menu, MenuSection, title_of
from bot.domain.messages import Choice, Fact, Media, Reply
from bot.domain.nearby import Nearby
from bot.domain.opening import LocalTime
from bot.domain.town import Town
from bot.texts.buttons import button, entry_button, foot, language_button, rating
from bot.texts.cards import TO_REACH, WAYS, card, contact_lines, facts_of, language_name
from bot.texts.catalog import catalog, offered, own_name
from bot.texts.hours import open_state
from bot.texts.places import distance_words
from knowledge.commands import Attribute, Command
from knowledge.entry import DEFAULT_LANGUAGE, Entry, base_language
from knowledge.normalize import fold

MOST_RELATED = 2
"""Buttons to other entries under a card."""


# --- First words, help, menu -----------------------------------------------------------------------------------------


def greeting(town: Town, language: str) -> Reply:
    """The first words, in the town's language where it wrote them in no other."""
    own = choose(town.greeting, language)
    spoken = own[1] if own else language
    _ = catalog(spoken).gettext
    text = own[0] if own else _("Hello! Ask me about your neighbourhood, in your own words.")
    examples = choose(town.examples, spoken)
    if examples:
        text = "\n".join([text, "", _("For example:"), *(f"• {example}" for example in examples[0])])
    buttons = (language_button(language), *foot(language))
    return Reply(text, choices=buttons, language=spoken, own_language=language)


def instructions(language: str) -> Reply:
    """What the bot can do, and how."""
    _ = catalog(language).gettext
    text = _(
        "Just write what it is about, in your own words: “My sofa must go”. I look for the right answer. "
        "Typing errors do not matter.\n\n"
        "• Menu: all topics, without typing\n"
        "• Ask a person: telephone number and opening hours of the office\n"
        "• Language: I write in another language\n"
        "• Privacy: what is stored, and how you delete it\n\n"
        "In an emergency call 112 (fire brigade, ambulance) or 110 (police)."
    )
    choices = [language_button(language), button(_("Privacy"), RunCommand(Command.PRIVACY), beside=True)]
    return Reply(text, title=_("Help"), choices=(*choices, *foot(language)), language=language)


def menu(whole: Menu, language: str) -> Reply:
    """The sections to choose from."""
    _ = catalog(language).gettext
    choices = [
        button(_section_name(section, language), OpenMenu(section.mark), beside=bool(place % 2))
        for place, section in enumerate(whole.sections)
    ]
    events = button("📅 " + _("What is on"), OpenEvents())
    notices = button("🔔 " + _("Get notices"), OpenTopics(), beside=True)
    person = button(_("Ask a person"), RunCommand(Command.TEAM))
    back = button(_("Back"), RunCommand(Command.START), beside=True)
    return Reply(
        _("What is it about? Choose a topic, or write your question."),
        title=_("Menu"),
        choices=(*choices, events, notices, person, back),
        language=language,
    )


def menu_section(section: MenuSection, page: int | None, language: str) -> Reply:
    """The entries of a section, or its pages where there are many."""
    _ = catalog(language).gettext
    if page is None and len(section.pages) > 1:
        pages = [
            button(label, OpenMenu(section.mark, number))
            for number, label in enumerate(_ranges(section.pages, language))
        ]
        return Reply(
            _("There is a lot to choose from here, from A to Z:"),
            title=_section_name(section, language),
            choices=(*pages, *foot(language, OpenMenu())),
            language=language,
        )
    entries = section.pages[page or 0]
    back = OpenMenu() if len(section.pages) == 1 else OpenMenu(section.mark)
    return Reply(
        _("What would you like to know more about?"),
        title=_section_name(section, language),
        choices=(*(entry_button(entry, language, section.mark) for entry in entries), *foot(language, back)),
        language=language,
    )


# --- Answers ---------------------------------------------------------------------------------------------------------


def answer(
    entry: Entry,
    contacts: Sequence[Entry],
    related: Sequence[Entry],
    turn: int,
    language: str,
    now: LocalTime,
    section: str | None = None,
) -> Reply:
    """The card of an entry.

    `contacts` are the entries to call or visit about it, `related` those that may be wanted next; `turn` is what a
    rating refers to; `section` is the part of the menu that the card leads back to.
    """
    title, text = choose(entry.title, language), choose(entry.text, language)
    own = card(entry, language, now)
    to_reach = [line for line in own if line[0] in TO_REACH]
    lines = [*to_reach, *contact_lines(contacts, language), *(line for line in own if line not in to_reach)]
    # Whom to call is named once.
    others = [other for other in related if other.id not in {contact.id for contact in contacts}]
    buttons = [entry_button(other, language) for other in others[:MOST_RELATED]]
    back = OpenMenu(section) if section else None
    spoken = text[1] if text else language
    body = text[0] if text else ""
    return Reply(
        text=honest(body, spoken, language),
        title=title[0] if title else None,
        facts=facts_of(lines),
        choices=(*buttons, *rating(turn, language), *foot(language, back)),
        decision="answer",
        entry_id=entry.id,
        language=spoken,
        own_language=language,
    )


def detail(
    entry: Entry, contacts: Sequence[Entry], attribute: Attribute, turn: int, language: str, now: LocalTime
) -> Reply:
    """One thing about an entry; whom to ask where it is not known."""
    _ = catalog(language).gettext
    own = [line for line in card(entry, language, now) if line[0] is attribute]
    theirs = [line for line in contact_lines(contacts, language) if line[0] is attribute]
    if own or theirs:
        return Reply(
            "",
            title=title_of(entry, language),
            facts=facts_of(own or theirs),
            choices=(entry_button(entry, language), *rating(turn, language), *foot(language)),
            decision="answer",
            entry_id=entry.id,
            language=language,
        )
    ways = [line for line in card(entry, language, now) if line[0] in WAYS]
    lines = ways or [line for line in contact_lines(contacts, language) if line[0] in WAYS]
    text = _("I am sorry, I do not know that. Please ask here:") if lines else _("I am sorry, I do not know that.")
    return Reply(
        text,
        title=title_of(entry, language),
        facts=facts_of(lines),
        choices=(entry_button(entry, language), *foot(language)),
        decision="answer",
        entry_id=entry.id,
        language=language,
    )


def clarify(options: Sequence[Entry], turn: int, language: str) -> Reply:
    """Ask which of a few entries is meant."""
    _ = catalog(language).gettext
    choices = [button(title_of(entry, language), ChooseOption(turn, place)) for place, entry in enumerate(options)]
    choices.append(button(_("None of these"), ChooseOption(turn, None)))
    return Reply(
        _("Did you mean one of these?") if len(options) > 1 else _("Did you mean this?"),
        choices=(*choices, *foot(language)),
        decision="clarify",
        language=language,
    )


def decline(entry: Entry | None, contacts: Sequence[Entry], turn: int, language: str, *, is_again: bool) -> Reply:
    """Say honestly that the bot has no answer; `entry` describes what it is not for, where it is that."""
    _ = catalog(language).gettext
    own = choose(entry.text, language) if entry else None
    facts = facts_of(contact_lines(contacts, language))
    if own:
        text = honest(*own, language)
        return Reply(
            text, facts=facts, choices=foot(language), decision="decline", language=own[1], own_language=language
        )
    if is_again:
        text = _("I am sorry, I do not know that either. The people here can help you:")
        if not contacts:
            text = _("I am sorry, I do not know that either.")
        return Reply(text, facts=facts, choices=_ask_team(turn, language), decision="decline", language=language)
    text = _("I am sorry, I do not know that. Shall I ask the team?")
    return Reply(text, choices=_ask_team(turn, language), decision="decline", language=language)


def none_of_these(contacts: Sequence[Entry], turn: int, language: str, *, is_again: bool) -> Reply:
    """After "none of these": do not ask the same again."""
    _ = catalog(language).gettext
    if is_again:
        return decline(None, contacts, turn, language, is_again=True)
    return Reply(
        _("What a pity. Please write it once more in other words. Or shall I ask the team?"),
        choices=_ask_team(turn, language),
        decision="decline",
        language=language,
    )


def nearest(found: Sequence[Nearby], language: str, now: LocalTime) -> Reply:
    """The contact points nearest to where the resident is."""
    _ = catalog(language).gettext
    if not found:
        text = _(
            "I do not know how far it is from there. In the menu you find all contact points with their addresses."
        )
        return Reply(text, choices=foot(language), language=language)
    facts = []
    for place in found:
        away = _("about {distance} away").format(distance=distance_words(place.metres, language))
        state = open_state(place.status, now.moment, now.zone, language) if place.status else ""
        facts.append(Fact(title_of(place.entry, language), ". ".join(filter(None, [away, state]))))
    return Reply(
        _("This is near you. I do not store where you are."),
        title=_("Near you"),
        facts=tuple(facts),
        choices=(*(entry_button(place.entry, language) for place in found), *foot(language)),
        language=language,
    )


# --- Language --------------------------------------------------------------------------------------------------------


def ask_language(language: str) -> Reply:
    """The languages there are, each under its own name."""
    _ = catalog(language).gettext
    choices = [
        button(own_name(code), SetLanguage(code), beside=bool(place % 2)) for place, code in enumerate(offered())
    ]
    return Reply(_("Which language do you want?"), choices=(*choices, *foot(language)), language=language)


def language_set(language: str) -> Reply:
    """In the language that was chosen."""
    _ = catalog(language).gettext
    text = _("From now on I write in your language. Texts that are not translated yet come in German.")
    if _same(language, DEFAULT_LANGUAGE):
        text = _("From now on I write in German.")
    return Reply(text, choices=foot(language), language=language)


# --- Small things ----------------------------------------------------------------------------------------------------


def stopped(language: str) -> Reply:
    """No message comes unasked any more; how to return."""
    _ = catalog(language).gettext
    text = _("You get no more messages from me. When you write to me, I still answer.")
    return Reply(text, choices=foot(language), language=language)


def old_button(language: str) -> Reply:
    """A button that leads nowhere any more."""
    _ = catalog(language).gettext
    text = _("This choice is no longer available. Please ask your question again.")
    return Reply(text, choices=foot(language), language=language)


def too_long(language: str) -> Reply:
    """A message that is longer than anyone types."""
    _ = catalog(language).gettext
    text = _("That is more than I can read at once. Please ask in one or two sentences.")
    return Reply(text, choices=foot(language), decision="decline", language=language)


def too_many(language: str) -> Reply:
    """More messages than are answered."""
    _ = catalog(language).gettext
    text = _(
        "That was a lot of messages at once. Please wait a minute, then I will answer again. In an emergency: 112."
    )
    return Reply(text, language=language)


def only_text(media: Media, contacts: Sequence[Entry], language: str) -> Reply:
    """Something without words: a picture, a voice message, a sticker."""
    _ = catalog(language).gettext
    texts = {
        Media.VOICE: _("I cannot listen to voice messages. Please write, choose from the menu, or call:"),
        Media.PICTURE: _("I cannot look at pictures. Please write what it is about, or call:"),
        Media.CONTACT: _("I did not store this contact. Please write your question, or call:"),
        Media.FILE: _("I cannot read files. Please write what it is about, or call:"),
    }
    text = texts.get(media, _("I can only read text. Please write your question, choose from the menu, or call:"))
    lines = [line for line in contact_lines(contacts, language) if line[0] is Attribute.PHONE]
    if not lines:
        text = _("I can only read text. Please write your question, or choose from the menu.")
    return Reply(text, facts=facts_of(lines), choices=foot(language), language=language)


def out_of_order(language: str) -> Reply:
    """When something broke on our side."""
    _ = catalog(language).gettext
    text = _("Something went wrong here. Please try again in a moment.")
    return Reply(text, choices=foot(language), language=language)


def no_page(language: str, *, is_missing: bool) -> Reply:
    """An address of the web chat that shows nothing."""
    _ = catalog(language).gettext
    if is_missing:
        return Reply(_("Perhaps the address has a typing error."), title=_("There is no such page."), language=language)
    return Reply(_("Please go back and try again."), title=_("That did not work."), language=language)


def late(reply: Reply, language: str) -> Reply:
    """A reply to a message that waited for hours."""
    _ = catalog(language).gettext
    sorry = _("I am sorry that my answer comes so late. I was out of order.")
    return replace(reply, text="\n\n".join(filter(None, [sorry, reply.text])))


def _ask_team(turn: int, language: str) -> tuple[Choice, ...]:
    _ = catalog(language).gettext
    return (button(_("Yes, ask the team"), PassOn(turn)), *foot(language))


def _section_name(section: MenuSection, language: str) -> str:
    own = choose(section.name, language)
    name = own[0] if own else catalog(language).gettext("More")
    return name if section.part == 1 else f"{name} ({section.part})"


def _ranges(pages: Sequence[Sequence[Entry]], language: str) -> list[str]:
    """From where to where each page goes in the alphabet, "A – H", as short as tells it from its neighbours."""
    ends = [(title_of(entries[0], language), title_of(entries[-1], language)) for entries in pages]
    before, after = ["", *(last for _, last in ends)], [*(first for first, _ in ends[1:]), ""]
    return [
        f"{_beginning(first, former)} – {_beginning(last, later)}"
        for (first, last), former, later in zip(ends, before, after, strict=False)
    ]


def _beginning(title: str, other: str, longest: int = 24) -> str:
    """The first letter of a title, or as many as tell it from another."""
    lengths = range(1, min(len(title), longest) + 1)
    ends = (length for length in lengths if not fold(other).startswith(fold(title[:length])))
    short = title[: next(ends, longest)].rstrip()
    return short[:1].upper() + short[1:]


def _same(one: str, other: str) -> bool:
    """Whether a reader of the one language reads the other too: German and simple German."""
    return base_language(one) == base_language(other)


def honest(text: str, spoken: str, language: str) -> str:
    """The text; where it is in another language than the reader's, that is said first, for who cannot read it."""
    if not text or _same(spoken, language):
        return text
    _ = catalog(language).gettext
    name = language_name(spoken, language)
    return _("This text is only available in this language: {name}.").format(name=name) + f"\n\n{text}"
