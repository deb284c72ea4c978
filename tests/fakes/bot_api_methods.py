"""The methods of the Bot API, one function each: the account and a call go in, the `result` comes out."""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from tests.fakes import bot_api_rules as rules
from tests.fakes.bot_api_account import Account, Call
from tests.fakes.bot_api_chats import Conversation, Document, Heard, Notice, button_rows
from tests.fakes.bot_api_html import Formatted, link_fault
from tests.fakes.bot_api_rules import Refusal, bad
from tests.fakes.bot_api_updates import Webhook, get_updates

LONGEST_DELETABLE_SECONDS = 48 * 3600
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
QUERY_IS_OLD = "query is too old and response timeout expired or query ID is invalid"


def get_me(account: Account, _call: Call) -> dict[str, Any]:
    return account.as_user() | {
        "can_join_groups": True,
        "can_read_all_group_messages": account.reads_all_group_messages,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


# Messages


def send_message(account: Account, call: Call) -> dict[str, Any]:
    formatted = rules.message_text(call.parameters, call.remarks)
    _check_link_preview(call)
    content = {"text": formatted.text, **_entities("entities", formatted)}
    return _post(account, call, content)


def send_document(account: Account, call: Call) -> dict[str, Any]:
    formatted = rules.caption(call.parameters, call.remarks)
    document = _file(account, call, "document")
    file = account.new_file()
    account.documents[file["file_id"]] = document
    described = {"file_name": document.name, "mime_type": document.mime_type, "file_size": len(document.content)}
    content: dict[str, Any] = {"document": file | described}
    if formatted.text:
        content |= {"caption": formatted.text, **_entities("caption_entities", formatted)}
    return _post(account, call, content, document)


def send_photo(account: Account, call: Call) -> dict[str, Any]:
    formatted = rules.caption(call.parameters, call.remarks)
    photo = _file(account, call, "photo")
    if not photo.content.startswith(rules.PICTURES):
        raise bad("IMAGE_PROCESS_FAILED")
    file = account.new_file()
    account.documents[file["file_id"]] = photo
    content: dict[str, Any] = {"photo": [file | {"width": 90, "height": 60}]}
    if formatted.text:
        content |= {"caption": formatted.text, **_entities("caption_entities", formatted)}
    return _post(account, call, content, photo)


def edit_message_caption(account: Account, call: Call) -> dict[str, Any]:
    formatted = rules.caption(call.parameters, call.remarks)
    markup = rules.inline_keyboard(call.parameters, call.remarks)
    conversation, message = _own_message(account, call, "edit")
    if not {"photo", "document"} & message.keys():
        raise bad("there is no caption in the message to edit")
    kept = {
        name: value for name, value in message.items() if name not in {"caption", "caption_entities", "reply_markup"}
    }
    content = {"caption": formatted.text, **_entities("caption_entities", formatted), **_markup(markup)}
    return _replace(account, conversation, message, kept | content)


def edit_message_text(account: Account, call: Call) -> dict[str, Any]:
    formatted = rules.message_text(call.parameters, call.remarks)
    markup = rules.inline_keyboard(call.parameters, call.remarks)
    _check_link_preview(call)
    conversation, message = _own_message(account, call, "edit")
    if "text" not in message:
        raise bad("there is no text in the message to edit")
    kept = {name: value for name, value in message.items() if name not in {"text", "entities", "reply_markup"}}
    content = {"text": formatted.text, **_entities("entities", formatted), **_markup(markup)}
    edited = _replace(account, conversation, message, kept | content)
    conversation.hear(_heard(account, call, edited, markup, is_edited=True))
    return edited


def edit_message_reply_markup(account: Account, call: Call) -> dict[str, Any]:
    markup = rules.inline_keyboard(call.parameters, call.remarks)
    conversation, message = _own_message(account, call, "edit")
    kept = {name: value for name, value in message.items() if name != "reply_markup"}
    return _replace(account, conversation, message, kept | _markup(markup))


def delete_message(account: Account, call: Call) -> bool:
    conversation, message = _own_message(account, call, "delete")
    if account.clock() - message["date"] > LONGEST_DELETABLE_SECONDS:
        raise bad("message can't be deleted for everyone")
    del conversation.messages[message["message_id"]]
    return True


def send_chat_action(account: Account, call: Call) -> bool:
    action = call.parameters.get("action", "")
    if action not in rules.ACTIONS:
        raise bad("wrong parameter action in request")
    account.conversation(call).actions.append(action)
    return True


def answer_callback_query(account: Account, call: Call) -> bool:
    query_id = call.parameters.get("callback_query_id", "")
    tap = account.taps.get(query_id)
    if tap is None:
        raise bad(QUERY_IS_OLD)
    if account.clock() - tap.at >= account.query_age_seconds:
        # The bot cannot know how long ago the tap was made, so this is no complaint.
        raise Refusal(400, f"Bad Request: {QUERY_IS_OLD}", is_blamed=False)
    text = call.parameters.get("text", "")
    if len(text) > 200:
        raise bad("MESSAGE_TOO_LONG")
    tap.conversation.notices.append(Notice(text, call.parameters.get("show_alert", False), query_id))
    return True


def _post(account: Account, call: Call, content: dict[str, Any], document: Document | None = None) -> dict[str, Any]:
    markup = rules.reply_markup(call.parameters, call.remarks)
    conversation = account.conversation(call)
    content |= _reply(conversation, call)
    account.pace.admit(conversation.id, account.clock())
    message = {
        "message_id": conversation.next_message_id(),
        "from": account.as_user(),
        "chat": conversation.as_chat(),
        "date": int(account.clock()),
        **content,
    }
    if markup and markup.get("inline_keyboard"):
        message["reply_markup"] = markup
    elif markup and {"keyboard", "remove_keyboard"} & markup.keys():
        conversation.keyboard = button_rows(markup)
    conversation.messages[message["message_id"]] = message
    conversation.hear(_heard(account, call, message, markup, document=document))
    return message


def _reply(conversation: Conversation, call: Call) -> dict[str, Any]:
    wanted = call.parameters.get("reply_parameters")
    if not wanted:
        return {}
    if "message_id" not in wanted:
        raise bad('can\'t find field "message_id"')
    if wanted["message_id"] in conversation.messages:
        return {"reply_to_message": conversation.message(wanted["message_id"])}
    if not wanted.get("allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return {}


def _own_message(account: Account, call: Call, deed: str) -> tuple[Conversation, dict[str, Any]]:
    if call.parameters.get("inline_message_id"):
        raise bad("MESSAGE_ID_INVALID")
    conversation = account.conversation(call)
    return conversation, conversation.own_message(call.parameters.get("message_id"), deed)


def _replace(
    account: Account, conversation: Conversation, message: dict[str, Any], edited: dict[str, Any]
) -> dict[str, Any]:
    if edited == message:
        raise bad(NOT_MODIFIED)
    edited = {**edited, "edit_date": int(account.clock())}
    conversation.messages[message["message_id"]] = edited
    return edited


def _heard(
    account: Account,
    call: Call,
    message: dict[str, Any],
    markup: dict[str, Any] | None,
    *,
    is_edited: bool = False,
    document: Document | None = None,
) -> Heard:
    words = "text" if document is None else "caption"
    return Heard(
        message_id=message["message_id"],
        text=message.get(words, ""),
        html=call.parameters.get(words, ""),
        buttons=button_rows(markup),
        method=call.method,
        edited=is_edited,
        at=account.clock(),
        parameters=call.parameters,
        document=document,
    )


def _entities(name: str, formatted: Formatted) -> dict[str, Any]:
    return {name: list(formatted.entities)} if formatted.entities else {}


def _markup(markup: dict[str, Any] | None) -> dict[str, Any]:
    return {"reply_markup": markup} if markup else {}


def _check_link_preview(call: Call) -> None:
    options = call.parameters.get("link_preview_options", {})
    for name in ("is_disabled", "prefer_small_media", "prefer_large_media", "show_above_text"):
        if not isinstance(options.get(name, False), bool):
            raise bad(f'field "{name}" must be of type Boolean')
    if options.get("url") and link_fault(options["url"]):
        raise bad("WEBPAGE_URL_INVALID")


def _file(account: Account, call: Call, kind: str) -> Document:
    value = call.parameters.get(kind, "")
    name = value.removeprefix("attach://") if value.startswith("attach://") else kind
    if name in call.files:
        if not call.files[name].content:
            raise bad("file must be non-empty")
        return call.files[name]
    if value in account.documents:
        return account.documents[value]
    if not value:
        raise bad(f"there is no {kind} in the request")
    if link_fault(value):
        raise bad("wrong file identifier/HTTP URL specified")
    return Document(name=urlsplit(value).path.rpartition("/")[2], mime_type="", content=b"")


# What the bot is called and offers


def set_my_commands(account: Account, call: Call) -> bool:
    account.menus[_menu(call)] = rules.commands(call.parameters)
    return True


def delete_my_commands(account: Account, call: Call) -> bool:
    account.menus.pop(_menu(call), None)
    return True


def set_my_description(account: Account, call: Call) -> bool:
    return _describe(account, call, "description", 512)


def set_my_short_description(account: Account, call: Call) -> bool:
    return _describe(account, call, "short_description", 120)


def _menu(call: Call) -> tuple[str, str]:
    scope = call.parameters.get("scope", {"type": "default"})
    if scope.get("type") == "default" or len(scope) == 1:
        return str(scope.get("type")), rules.language(call.parameters)
    return json.dumps(scope, sort_keys=True), rules.language(call.parameters)


def _describe(account: Account, call: Call, name: str, limit: int) -> bool:
    text = call.parameters.get(name, "")
    if len(text) > limit:
        raise bad(f"{name.replace('_', ' ')} is too long")
    account.descriptions[name, rules.language(call.parameters)] = text
    return True


# How updates get to the bot


def set_webhook(account: Account, call: Call) -> bool:
    url, secret = call.parameters.get("url", ""), call.parameters.get("secret_token", "")
    parts = urlsplit(url)
    # Telegram itself wants https; a Bot API server of one's own also takes http, and tests have no certificate.
    if url and parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost"}:
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise bad("secret token contains unallowed characters")
    wanted = rules.allowed_updates(call.parameters, call.remarks)
    account.updates.allowed = account.updates.allowed if wanted is None else wanted
    account.webhook = Webhook(url, secret, call.parameters.get("max_connections", 40))
    return _drop_pending(account, call)


def delete_webhook(account: Account, call: Call) -> bool:
    account.webhook = Webhook()
    return _drop_pending(account, call)


def get_webhook_info(account: Account, _call: Call) -> dict[str, Any]:
    hook = account.webhook
    info: dict[str, Any] = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(account.updates.waiting),
    }
    if hook.url:
        info |= {"max_connections": hook.max_connections, "ip_address": "127.0.0.1"}
    if hook.last_error_date is not None:
        info |= {"last_error_date": hook.last_error_date, "last_error_message": hook.last_error_message}
    return info | ({"allowed_updates": account.updates.allowed} if account.updates.allowed else {})


def _drop_pending(account: Account, call: Call) -> bool:
    if call.parameters.get("drop_pending_updates"):
        account.updates.waiting.clear()
    return True


# Leaving


def leave_chat(account: Account, call: Call) -> bool:
    account.conversation(call).leave()
    return True


def nothing_to_do(_account: Account, _call: Call) -> bool:
    return True


METHODS: dict[str, Callable[[Account, Call], Any]] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "sendMessage": send_message,
    "sendDocument": send_document,
    "sendPhoto": send_photo,
    "editMessageCaption": edit_message_caption,
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "sendChatAction": send_chat_action,
    "answerCallbackQuery": answer_callback_query,
    "setMyCommands": set_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyDescription": set_my_description,
    "setMyShortDescription": set_my_short_description,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "leaveChat": leave_chat,
    "close": nothing_to_do,
    "logOut": nothing_to_do,
}
"""By their names in the documentation. All but getUpdates, which waits, are done at once."""
