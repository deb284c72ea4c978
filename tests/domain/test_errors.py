"""What can go wrong in a deed."""

from __future__ import annotations

import pytest

from bot.domain.errors import EnquiryError, InvalidInput, NotAllowed, NotFound, Refused


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (NotFound("entry", "rathaus"), "no entry 'rathaus'"),
        (Refused("already approved"), "already approved"),
        (InvalidInput("too long"), "too long"),
        (InvalidInput("too long", field="title"), "title: too long"),
        (NotAllowed("editors only"), "editors only"),
    ],
)
def test_every_error_is_an_enquiry_error_and_says_what_is_wrong(fault: EnquiryError, sentence: str) -> None:
    assert isinstance(fault, EnquiryError)
    assert str(fault) == sentence
