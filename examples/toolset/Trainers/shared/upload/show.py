"""What the program prints: banners on standard output, bars that redraw their line on standard error."""
from __future__ import annotations

import os
import sys
import time

BLOCKS = " ▏▎▍▌▋▊▉█"
WIDTH = 60
#: A bar is not redrawn more often, as tqdm does it.
REDRAW_SECONDS = 0.1


def setting(name: str, default: float) -> float:
    """A number from the environment. With MINI_STEP_SECONDS=0 nothing is slower than it must be."""
    hurried = float(os.environ.get("MINI_STEP_SECONDS", "1")) == 0
    return float(os.environ.get(name, 0 if hurried else default))


def banner(title: str) -> None:
    print(f"\n{'=' * WIDTH}\n{title}\n{'=' * WIDTH}", flush=True)


def clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes:02d}:{rest:02d}"


def short(count: float) -> str:
    """1234567 → 1.23M, as tqdm with `unit_scale` writes it."""
    for unit in ("", "k", "M", "G", "T"):
        if abs(count) < 999.5:
            digits = 0 if unit == "" else 2 if abs(count) < 9.995 else 1 if abs(count) < 99.95 else 0
            return f"{count:.{digits}f}{unit}"
        count /= 1000
    return f"{count:.1f}P"


def blocks(part: float) -> str:
    eighths = int(part * 80)
    return ("█" * (eighths // 8) + (BLOCKS[eighths % 8] if eighths % 8 else "")).ljust(10)


class Redrawn:
    """A line that is drawn over itself with a carriage return and ended once."""

    def __init__(self) -> None:
        self.drawn = 0.0
        self.began = time.monotonic()

    def draw(self, line: str, last: bool) -> None:
        now = time.monotonic()
        if last or now - self.drawn >= REDRAW_SECONDS:
            self.drawn = now
            sys.stderr.write(f"\r{line}" + ("\n" if last else ""))
            sys.stderr.flush()


def stage(label: str, pieces: list) -> None:
    """Does the pieces (functions) with a bar `Merging layers: [####    ]  45%`; lasts MINI_STAGE_SECONDS at least."""
    line = Redrawn()
    pause = setting("MINI_STAGE_SECONDS", 3.0) / len(pieces)
    for done, piece in enumerate([None, *pieces]):
        if piece is not None:
            piece()
            time.sleep(pause)
        part = done / len(pieces)
        line.draw(f"{label}: [{'#' * int(part * 20):<20}] {part:4.0%}", last=done == len(pieces))


class Transfer:
    """`Uploading model.safetensors:  45%|████▌     | 1.17M/2.60M [00:01<00:02, 800kB/s]`"""

    def __init__(self, label: str, total: int) -> None:
        self.label, self.total, self.sent, self.line = label, total, 0, Redrawn()
        self.rate = setting("MINI_UPLOAD_RATE", 200_000)
        self.advance(0)

    def advance(self, count: int) -> None:
        self.sent += count
        if self.rate > 0:
            time.sleep(count / self.rate)
        took = time.monotonic() - self.line.began
        speed = self.sent / took if took > 0 and self.sent else 0.0
        left = clock((self.total - self.sent) / speed) if speed else "?"
        pace = f"{short(speed)}B/s" if speed else "?B/s"
        part = self.sent / self.total if self.total else 1.0
        self.line.draw(f"{self.label}: {part:4.0%}|{blocks(part)}| {short(self.sent)}/{short(self.total)} "
                       f"[{clock(took)}<{left}, {pace}]", last=count > 0 and self.sent >= self.total)

    def cut(self) -> None:
        """Ends the line where the transfer stopped."""
        sys.stderr.write("\n")
        sys.stderr.flush()
