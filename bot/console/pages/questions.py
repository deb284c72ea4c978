"""All pages about open questions."""

from __future__ import annotations

from fastapi import APIRouter

from bot.console.page import Console
from bot.console.pages import question_deeds, question_entry, question_views


def router(console: Console) -> APIRouter:
    """The area of open questions."""
    routes = APIRouter()
    routes.include_router(question_deeds.router(console))
    routes.include_router(question_entry.router(console))
    routes.include_router(question_views.router(console))
    return routes
