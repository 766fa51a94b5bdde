"""Pace and deliberate faults, from the environment (README: "For tests")."""
from __future__ import annotations

import math
import os
import signal
import time

#: Seconds a step takes at least, where MINI_STEP_SECONDS says nothing: about half a minute for a default run.
STEP_SECONDS = 0.48
LOAD_SECONDS = 2.0
AT_STEP = ("nan", "oom", "crash", "freeze", "short-checkpoint")
ALWAYS = ("ignore-interrupt", "ignore-terminate", "no-final-model")


class OutOfMemoryError(RuntimeError):
    """As torch names it."""


OutOfMemoryError.__module__ = "torch"


class Faults:
    """MINI_FAULT: a list with commas, `name@step` or `name`. Raises ValueError for a name that is not known."""

    def __init__(self, text: str | None = None) -> None:
        self.steps: dict = {}
        self.always: set = set()
        for part in (os.environ.get("MINI_FAULT", "") if text is None else text).split(","):
            name, _, step = part.strip().partition("@")
            if name in AT_STEP and step.isdecimal():
                self.steps[name] = int(step)
            elif name in ALWAYS and not step:
                self.always.add(name)
            elif name:
                raise ValueError(f"MINI_FAULT: {part.strip()!r} is none of "
                                 f"{', '.join(each + '@STEP' for each in AT_STEP)}, {', '.join(ALWAYS)}")
        ignored = {"ignore-interrupt": signal.SIGINT, "ignore-terminate": signal.SIGTERM}
        for name in self.always & ignored.keys():
            signal.signal(ignored[name], signal.SIG_IGN)

    def due(self, name: str, step: int) -> bool:
        return name in self.steps and step >= self.steps[name]

    def strike(self, step: int, model) -> None:
        """What happens before this step's update."""
        if self.due("nan", step):
            model.b[0][0] = math.nan
        if self.due("oom", step):
            raise OutOfMemoryError("CUDA out of memory. Tried to allocate 2.31 GiB. GPU 0 has a total capacity of "
                                   "23.99 GiB of which 1.02 GiB is free.")
        if self.due("crash", step):
            raise RuntimeError(f"MINI_FAULT: crash at step {step}")
        while self.due("freeze", step):
            time.sleep(0.2)


class Pace:
    """Makes steps last as long as they would be told to last, at least."""

    def __init__(self) -> None:
        self.step_seconds = float(os.environ.get("MINI_STEP_SECONDS", STEP_SECONDS))
        load = LOAD_SECONDS if self.step_seconds > 0 else 0
        self.load_seconds = float(os.environ.get("MINI_LOAD_SECONDS", load))

    def load(self) -> None:
        """The time in which nothing is logged: importing, loading a model."""
        time.sleep(self.load_seconds)

    def rest(self, since: float) -> None:
        """Sleeps until the step that began at `since` (time.monotonic) has lasted long enough."""
        time.sleep(max(0.0, self.step_seconds - (time.monotonic() - since)))
