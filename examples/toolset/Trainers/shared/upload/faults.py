"""Deliberate faults, from the environment: MINI_UPLOAD_FAULT, a list with commas of `name@stage`."""
from __future__ import annotations

import errno
import os
import time

NAMES = ("oom", "disk-full", "crash", "freeze")
STAGES = ("merge", "push", "convert", "files", "card")


def strike(stage: str) -> None:
    """What happens when this stage begins. Raises ValueError for a fault that is not known."""
    for part in filter(None, (each.strip() for each in os.environ.get("MINI_UPLOAD_FAULT", "").split(","))):
        name, _, where = part.partition("@")
        if name not in NAMES or where not in STAGES:
            raise ValueError(f"MINI_UPLOAD_FAULT: {part!r} is none of {', '.join(NAMES)} @ {', '.join(STAGES)}")
        if where != stage:
            continue
        if name == "oom":
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.31 GiB. GPU 0 has a total capacity of "
                               "23.99 GiB of which 1.02 GiB is free.")
        if name == "disk-full":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if name == "crash":
            raise AssertionError(f"MINI_UPLOAD_FAULT: crash at {stage}")
        while True:
            time.sleep(0.2)
