"""The signed identity: whether a return is still the workbook that was issued to its unit.

HMAC-SHA256 (RFC 2104) with a key that only the bureau has, over what identifies a workbook. It shows that the hidden
identity was altered; it does not hide anything, and says nothing about the figures.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

SIGNED = ("suite", "edition", "region", "year", "stage", "unit", "instances")
"""The entries of the hidden identity that are signed, in this order."""
SIGNATURE = "signature"


def sign(key: bytes, identity: Mapping[str, str]) -> str:
    """The signature of an identity, in hexadecimal. Entries that are missing count as empty."""
    # Lengths stand before the texts, so that no two identities are written alike.
    parts = [identity.get(name, "").encode("utf-8") for name in SIGNED]
    message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def is_signed(key: bytes, identity: Mapping[str, str], signature: str) -> bool:
    """Whether the signature belongs to the identity."""
    return hmac.compare_digest(sign(key, identity), signature.strip().lower())
