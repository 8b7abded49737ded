#!/usr/bin/env python3
"""The guest hash of a raw disk, as docs/formats/guest-hash.md defines it: told apart from Bothways' own code."""

import hashlib
import pathlib
import sys

PIECE = 1 << 20

path = pathlib.Path(sys.argv[1])
total = hashlib.sha256(path.stat().st_size.to_bytes(8, "big"))
zeros = bytes(PIECE)
with path.open("rb") as disk:
    number = 0
    while piece := disk.read(PIECE):
        if piece != zeros[: len(piece)]:
            total.update(number.to_bytes(8, "big"))
            total.update(hashlib.sha256(piece).digest())
        number += 1
print("guest-sha256:" + total.hexdigest())
