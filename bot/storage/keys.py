"""What is stored of residents is sealed with a key that is not in the database."""

from __future__ import annotations

import base64
import hmac
import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECRET_BYTES = 32


class KeyFault(Exception):
    """The key file cannot be used, or the key is not the one the data was sealed with."""


class Keys:
    """Seals texts and gives addresses a name that cannot be traced back without the secret."""

    def __init__(self, secret: bytes):
        # One secret, two purposes, two keys. Source: RFC 5869 (HKDF).
        self._cipher = Fernet(base64.urlsafe_b64encode(_derive(secret, b"lotse seal")))
        self._lookup = _derive(secret, b"lotse lookup")

    def seal(self, text: str) -> bytes:
        """`text` encrypted and signed; twice the same text gives two different results."""
        return self._cipher.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """The text that was sealed; raises KeyFault where it was sealed with another key, or changed since."""
        try:
            return self._cipher.decrypt(bytes(sealed)).decode()
        except InvalidToken as fault:
            raise KeyFault("stored data was sealed with another key than the one in the data folder") from fault

    def name(self, channel: str, address: str) -> str:
        """A lasting pseudonym of an address, 64 hexadecimal digits; equal for equal addresses of a channel."""
        return hmac.new(self._lookup, f"{channel}/{address}".encode(), "sha256").hexdigest()


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)


def load_keys(folder: Path) -> Keys:
    """The keys of a data folder, made on the first start.

    Raises KeyFault where the file is not what this program wrote, and OSError where it cannot be read or written.
    """
    path = folder / "secret.key"
    try:
        secret = base64.b64decode(path.read_text(encoding="ascii"), validate=True)
    except FileNotFoundError:
        return Keys(_make(path))
    except ValueError as fault:
        raise KeyFault(f"{path} is damaged; put back the copy you made of it") from fault
    if len(secret) != SECRET_BYTES:
        raise KeyFault(f"{path} is damaged; put back the copy you made of it")
    return Keys(secret)


def _make(path: Path) -> bytes:
    """A new secret, readable by this user alone and whole even if the power goes."""
    secret = os.urandom(SECRET_BYTES)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix="secret.")  # readable by this user alone
    draft = Path(name)
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(secret))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # unlike a rename, this fails where another process was first
    except FileExistsError:
        return base64.b64decode(path.read_text(encoding="ascii"), validate=True)
    finally:
        draft.unlink()
    return secret
