"""Facts and columns as the bytes of a message; ui/stage/payload.js takes them apart."""

from __future__ import annotations

import json
import struct
from hashlib import blake2s
from typing import Any

import numpy as np

from landscapes import Array


def packed(header: dict[str, Any]) -> bytes:
    """A header in JSON after its length, padded so that what follows is aligned."""
    text = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-(len(text) + 4) % 8)
    return struct.pack("<I", len(text)) + text


def single(column: Array) -> bytes:
    """A column in float32."""
    with np.errstate(over="ignore"):  # a loss beyond float32 is as far off the picture as infinity
        return column.astype(np.float32).tobytes()


def digest(*parts: object) -> str:
    """A name for what these decide."""
    return blake2s(repr(parts).encode(), digest_size=8).hexdigest()
