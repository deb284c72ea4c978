"""Errors of the JSON door as problem documents. Source: RFC 9457."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from bot.domain.errors import EnquiryError, InvalidInput, NotAllowed, NotFound, Refused
from bot.services.records import Outdated

PROBLEM_TYPE = "application/problem+json"

STATUS: dict[type[EnquiryError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Refused: HTTPStatus.CONFLICT,
    InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotAllowed: HTTPStatus.FORBIDDEN,
    Outdated: HTTPStatus.PRECONDITION_FAILED,
}


class Problem(BaseModel):
    """What went wrong with a call."""

    title: str
    status: int
    detail: str = ""


def problem(status: int, detail: str = "", headers: dict[str, str] | None = None) -> JSONResponse:
    """A problem document with the usual title of an HTTP status."""
    document = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail)
    return JSONResponse(document.model_dump(), status, headers, media_type=PROBLEM_TYPE)


def of_validation(fault: RequestValidationError) -> JSONResponse:
    """The problem of a body or parameter that is not as described: each field with its fault, without its value."""
    places = [(".".join(str(part) for part in error["loc"][1:]), error["msg"]) for error in fault.errors()]
    detail = "; ".join(f"{place}: {message}" if place else message for place, message in places)
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail)


def of_enquiry(fault: EnquiryError) -> JSONResponse:
    """The problem of a deed that was not done."""
    return problem(STATUS.get(type(fault), HTTPStatus.BAD_REQUEST), str(fault))


RESPONSES: dict[int | str, dict[str, Any]] = {
    422: {"model": Problem, "description": "the body is not as described"},
    413: {"model": Problem, "description": "the body is too large"},
}
"""For the OpenAPI description of calls that take a body."""

STAFF: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "no token, or an unknown one"},
    403: {"model": Problem, "description": "the token's role may not do this"},
    404: {"model": Problem, "description": "there is no such thing"},
    409: {"model": Problem, "description": "a rule says no"},
}
"""The same for calls of staff."""

OUTDATED: dict[int | str, dict[str, Any]] = {
    412: {"model": Problem, "description": "somebody changed it since it was read (If-Match)"}
}
"""The same for calls that can be told what was read."""

TOO_MANY: dict[int | str, dict[str, Any]] = {429: {"model": Problem, "description": "more messages than are answered"}}
"""The same for calls with a limit of messages a minute."""
