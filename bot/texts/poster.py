"""QR codes for posters."""

from __future__ import annotations

import io

import segno

PIXELS_A_MODULE = 8
QUIET_ZONE = 4
"""Modules left white around the code. Source: ISO/IEC 18004, 5.3.8."""


def poster_code(link: str) -> bytes:
    """A QR code of a link as an SVG picture; it stands a quarter of its area being dirty or torn."""
    picture = io.BytesIO()
    segno.make(link, error="q", micro=False).save(picture, kind="svg", scale=PIXELS_A_MODULE, border=QUIET_ZONE)
    return picture.getvalue()
