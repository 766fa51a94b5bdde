"""What a trainer prints: table rows on standard output, a bar that redraws its line on standard error."""
from __future__ import annotations

import sys
import time

BLOCKS = " ▏▎▍▌▋▊▉█"


def clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes:02d}:{rest:02d}"


class Bar:
    """Drawn as tqdm draws it: a carriage return, colours, and a newline only at the end."""

    def __init__(self, total: int, label: str = "", first: int = 0) -> None:
        self.total, self.label, self.first, self.began = total, label, first, time.monotonic()

    def draw(self, step: int) -> None:
        took = time.monotonic() - self.began
        pace = took / max(1, step - self.first)
        part = step / self.total
        eighths = round(part * 80)
        blocks = ("█" * (eighths // 8) + (BLOCKS[eighths % 8] if eighths % 8 else "")).ljust(10)
        head = f"{self.label}: " if self.label else ""
        sys.stderr.write(f"\r{head}{part:4.0%}|\x1b[32m{blocks}\x1b[0m| {step}/{self.total} "
                         f"[{clock(took)}<{clock(pace * (self.total - step))}, {pace:5.2f}s/it]")
        sys.stderr.flush()

    def end(self) -> None:
        sys.stderr.write("\n")
        sys.stderr.flush()


#: Head, key in the log, format: the columns after the step, by method.
COLUMNS = {
    "sft": [("Loss", "loss", "8.4f"), ("LR", "learning_rate", "9.2e"), ("Grad Norm", "grad_norm", "9.3f"),
            ("Epoch", "epoch", "6.3f")],
    "kto": [("Loss", "loss", "8.4f"), ("LR", "learning_rate", "9.2e"), ("Chosen", "rewards/chosen", "8.4f"),
            ("Rejected", "rewards/rejected", "8.4f"), ("Margin", "rewards/margins", "8.4f"), ("KL", "kl", "8.4f")],
}


def table_head(method: str) -> str:
    columns = COLUMNS[method]
    head = "    Step | " + " | ".join(name.rjust(int(form.split(".")[0])) for name, _, form in columns)
    return f"{head}\n{'─' * len(head)}"


def table_row(method: str, entry: dict, total: int) -> str:
    values = [f"{entry[key]:{form}}" if key in entry else "-".rjust(int(form.split(".")[0]))
              for _, key, form in COLUMNS[method]]
    return f"{entry['step']:3d}/{total} | " + " | ".join(values)
