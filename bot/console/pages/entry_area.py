"""All pages about entries, in the order in which their addresses are tried."""

from __future__ import annotations

from fastapi import APIRouter

from bot.console.page import Console
from bot.console.pages import entries, entry_editor, entry_publishing, importing


def router(console: Console) -> APIRouter:
    """The area of entries."""
    routes = APIRouter()
    routes.include_router(importing.router(console))
    routes.include_router(entry_editor.router(console))
    routes.include_router(entry_publishing.router(console))
    routes.include_router(entries.deeds(console))
    routes.include_router(entries.router(console))  # last: the address of an entry holds all others
    return routes
