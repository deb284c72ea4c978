"""What Telegram checks before it does anything: parameters, text, keyboards, commands.

Everything here takes values and returns values, or raises Refusal with the words Telegram uses. What Telegram lets
pass although it cannot be meant is added to `remarks`, which become complaints.

Source: Bot API, "Available methods" and "Available types"; the sentences are those that api.telegram.org gives.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.fakes.bot_api_html import Formatted, UnreadableHtmlError, link_fault, read_html, trimmed, utf16_length

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
BUTTON_LIMIT = 100
CALLBACK_DATA_BYTES = 64
ACTIONS = {
    *("typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document"),
    *("choose_sticker", "find_location", "record_video_note", "upload_video_note"),
}
UPDATE_KINDS = {
    *("message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message"),
    *("edited_business_message", "deleted_business_messages", "guest_message", "message_reaction"),
    *("message_reaction_count", "inline_query", "chosen_inline_result", "callback_query", "shipping_query"),
    *("pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member"),
    *("chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot"),
}
ENTITY_TYPES = {
    *("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic", "underline"),
    *("strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre", "text_link", "text_mention"),
    *("custom_emoji", "date_time"),
}

PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
"""How files begin that are taken for a photo here."""

_SENDING = """chat_id message_thread_id business_connection_id direct_messages_topic_id disable_notification
    protect_content allow_paid_broadcast message_effect_id suggested_post_parameters reply_parameters reply_markup"""
PARAMETERS: dict[str, set[str]] = {
    method: set(names.split())
    for method, names in {
        "getMe": "",
        "getUpdates": "offset limit timeout allowed_updates",
        "sendMessage": _SENDING + " text parse_mode entities link_preview_options",
        "sendDocument": _SENDING
        + " document thumbnail caption parse_mode caption_entities disable_content_type_detection",
        "sendPhoto": _SENDING + " photo caption parse_mode caption_entities show_caption_above_media has_spoiler",
        "editMessageCaption": "chat_id message_id inline_message_id business_connection_id caption parse_mode"
        " caption_entities show_caption_above_media reply_markup",
        "editMessageText": "chat_id message_id inline_message_id business_connection_id text parse_mode entities"
        " link_preview_options reply_markup",
        "editMessageReplyMarkup": "chat_id message_id inline_message_id business_connection_id reply_markup",
        "deleteMessage": "chat_id message_id",
        "answerCallbackQuery": "callback_query_id text show_alert url cache_time",
        "sendChatAction": "chat_id action message_thread_id business_connection_id",
        "setMyCommands": "commands scope language_code",
        "deleteMyCommands": "scope language_code",
        "setMyDescription": "description language_code",
        "setMyShortDescription": "short_description language_code",
        "setWebhook": "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token",
        "deleteWebhook": "drop_pending_updates",
        "getWebhookInfo": "",
        "leaveChat": "chat_id",
        "close": "",
        "logOut": "",
    }.items()
}
"""Every method the fake knows, and all that its documentation lists; old names such as reply_to_message_id are out."""

_WHOLE_NUMBERS = {
    *("offset", "limit", "timeout", "message_id", "message_thread_id", "direct_messages_topic_id"),
    *("max_connections", "cache_time"),
}
_TRUTHS = {
    *("disable_notification", "protect_content", "allow_paid_broadcast", "show_alert", "drop_pending_updates"),
    "disable_content_type_detection",
}
_OBJECTS = {"reply_markup", "link_preview_options", "reply_parameters", "suggested_post_parameters", "scope"}
_LISTS = {"entities", "caption_entities", "commands", "allowed_updates"}
_BUTTON_ACTIONS = {
    *("url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat"),
    *("switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay"),
}
_BUTTON_DRESS = {"text", "style", "icon_custom_emoji_id"}
_OTHER_MARKUPS = {
    "keyboard": {"is_persistent", "resize_keyboard", "one_time_keyboard", "input_field_placeholder", "selective"},
    "remove_keyboard": {"selective"},
    "force_reply": {"input_field_placeholder", "selective"},
}


class Refusal(Exception):
    """The call is answered with an error."""

    def __init__(self, status: int, description: str, *, retry_after: int | None = None, is_blamed: bool = True):
        super().__init__(description)
        self.status = status
        """HTTP status and `error_code`."""
        self.description = description
        """For people, as Telegram words it."""
        self.retry_after = retry_after
        """Seconds to wait; only with 429."""
        self.is_blamed = is_blamed
        """Whether the caller could have known better; then it is a complaint."""


def bad(reason: str) -> Refusal:
    """A 400 with Telegram's usual beginning."""
    return Refusal(400, f"Bad Request: {reason}")


def read_parameters(method: str, raw: Mapping[str, Any], remarks: list[str]) -> dict[str, Any]:
    """The parameters with their types: a form holds only text, a JSON body may hold either.

    Raises Refusal for a value that is not of its type. A name the method does not have is a remark.
    """
    remarks.extend(f"has no parameter {name}" for name in raw if name not in PARAMETERS[method])
    return {name: _typed(name, value, remarks) for name, value in raw.items() if name in PARAMETERS[method]}


def _typed(name: str, value: Any, remarks: list[str]) -> Any:
    if name in _WHOLE_NUMBERS:
        if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,18}", str(value)):
            raise bad(f"invalid {name} specified")
        return int(value)
    if name in _TRUTHS:
        if str(value).lower() not in {"true", "false"}:
            remarks.append(f"{name} is {value!r} and not true or false")
        return str(value).lower() in {"true", "yes", "1"}
    if name in _OBJECTS | _LISTS:
        return _structured(name, value)
    return value if isinstance(value, str) else str(value)


def _structured(name: str, value: Any) -> Any:
    try:
        value = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None
    if not isinstance(value, dict if name in _OBJECTS else list):
        raise bad(f"{'object' if name in _OBJECTS else 'array'} expected as {name.replace('_', ' ')}")
    return value


def message_text(parameters: Mapping[str, Any], remarks: list[str]) -> Formatted:
    """The text of sendMessage and editMessageText: 1 to 4096 code units after its formatting is read."""
    if not parameters.get("text"):
        raise bad("message text is empty")
    formatted = _formatted(parameters["text"], parameters, "entities", remarks)
    if not formatted.text:
        raise bad("text must be non-empty")
    if utf16_length(formatted.text) > TEXT_LIMIT:
        raise bad("message is too long")
    return formatted


def caption(parameters: Mapping[str, Any], remarks: list[str]) -> Formatted:
    """The caption of a document: none, or up to 1024 code units after its formatting is read."""
    formatted = _formatted(parameters.get("caption", ""), parameters, "caption_entities", remarks)
    if utf16_length(formatted.text) > CAPTION_LIMIT:
        raise bad("message caption is too long")
    return formatted


def _formatted(text: str, parameters: Mapping[str, Any], entities_name: str, remarks: list[str]) -> Formatted:
    mode = parameters.get("parse_mode", "").lower()
    if mode in {"markdown", "markdownv2"}:
        remarks.append(f"parse_mode {parameters['parse_mode']} is not supported by this fake, only HTML is")
    if mode not in {"", "html"}:
        raise bad("unsupported parse_mode")
    if mode == "html":
        try:
            formatted = read_html(text)
        except UnreadableHtmlError as error:
            raise bad(f"can't parse entities: {error}") from None
    else:
        formatted = trimmed(text, _checked_entities(parameters.get(entities_name, []), text), [])
    remarks.extend(formatted.remarks)
    return formatted


def _checked_entities(entities: list[Any], text: str) -> list[dict[str, Any]]:
    for entity in entities:
        if not isinstance(entity, dict) or entity.get("type") not in ENTITY_TYPES:
            raise bad("can't parse MessageEntity: Unsupported type specified")
        offset, length = entity.get("offset"), entity.get("length")
        if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length < 0:
            raise bad(f"receive an entity with incorrect offset {offset}")
        if offset + length > utf16_length(text):
            raise bad(f"entity beginning at UTF-16 offset {offset} ends after the end of the text")
        if entity["type"] == "text_link" and (fault := link_fault(entity.get("url", ""))):
            raise bad(f"entity URL '{entity.get('url', '')}' is invalid: {fault}")
    return entities


def inline_keyboard(parameters: Mapping[str, Any], remarks: list[str]) -> dict[str, Any] | None:
    """The keyboard under a message that is edited, None to have none. An empty one counts as none."""
    markup = reply_markup(parameters, remarks)
    if markup is not None and "inline_keyboard" not in markup:
        raise bad("inline keyboard expected")
    return markup if markup and markup["inline_keyboard"] else None


def reply_markup(parameters: Mapping[str, Any], remarks: list[str]) -> dict[str, Any] | None:
    """The checked `reply_markup` of any of the four kinds, empty rows left out; None if there is none."""
    markup: dict[str, Any] = parameters.get("reply_markup", {})
    if not markup:
        return None
    if "inline_keyboard" in markup:
        rows = _rows(markup, "inline_keyboard")
        remarks.extend(f"an inline keyboard has no field {name}" for name in markup if name != "inline_keyboard")
        return {"inline_keyboard": [[_inline_button(button, remarks) for button in row] for row in rows]}
    kind = next((kind for kind in _OTHER_MARKUPS if kind in markup), None)
    if kind is None:
        raise bad("object expected as reply markup")
    remarks.extend(f"{kind} has no field {name}" for name in markup if name not in _OTHER_MARKUPS[kind] | {kind})
    if kind == "keyboard":
        for button in [button for row in _rows(markup, "keyboard") for button in row]:
            if not isinstance(button, str) and not (isinstance(button, dict) and button.get("text")):
                raise bad("can't parse keyboard button: Can't find field \"text\"")
    elif not isinstance(markup[kind], bool):
        raise bad(f'field "{kind}" must be of type Boolean')
    return markup


def _rows(markup: Mapping[str, Any], name: str) -> list[list[Any]]:
    rows = markup[name]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad(f'field "{name}" must be of type Array')
    if sum(map(len, rows)) > BUTTON_LIMIT:
        raise bad("REPLY_MARKUP_TOO_LONG")
    return [row for row in rows if row]


def _inline_button(button: Any, remarks: list[str]) -> dict[str, Any]:
    parse_fault = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad(parse_fault + "InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise bad(parse_fault + 'Can\'t find field "text"')
    if not button["text"].strip():
        raise bad(parse_fault + "Button text must be non-empty")
    remarks.extend(f"a button has no field {name}" for name in button if name not in _BUTTON_ACTIONS | _BUTTON_DRESS)
    actions = [name for name in button if name in _BUTTON_ACTIONS]
    if len(actions) != 1 or (actions[0] in {"url", "callback_data"} and not button[actions[0]]):
        if len(actions) > 1:
            remarks.append(f"a button does exactly one thing and not {' and '.join(actions)}")
        raise bad(parse_fault + "Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data", "-")
    if not isinstance(data, str) or len(data.encode()) > CALLBACK_DATA_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    if "url" in button and (fault := link_fault(str(button["url"]))):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: {fault}")
    return button


def commands(parameters: Mapping[str, Any]) -> list[dict[str, str]]:
    """The menu of setMyCommands: names of 1-32 of a-z, 0-9, _; descriptions of 1-256 characters; at most 100."""
    listed: list[dict[str, str]] = parameters.get("commands", [])
    if len(listed) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in listed:
        if not isinstance(command, dict) or not {"command", "description"} <= command.keys():
            raise bad("can't parse BotCommand: Can't find field")
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not command["description"].strip():
            raise bad("command description must be non-empty")
        if utf16_length(command["description"]) > 256:
            raise bad("command description length must not exceed 256")
    return listed


def language(parameters: Mapping[str, Any]) -> str:
    """The `language_code` of a menu or description: empty for everyone, or two letters (ISO 639-1)."""
    code: str = parameters.get("language_code", "")
    if not re.fullmatch(r"([a-z]{2})?", code):
        raise bad("LANG_CODE_INVALID")
    return code


def allowed_updates(parameters: Mapping[str, Any], remarks: list[str]) -> list[str] | None:
    """The wanted kinds of updates; empty for the usual ones, None to leave things as they are."""
    wanted = parameters.get("allowed_updates")
    remarks.extend(f"there are no updates of kind {kind}" for kind in wanted or [] if kind not in UPDATE_KINDS)
    return wanted
