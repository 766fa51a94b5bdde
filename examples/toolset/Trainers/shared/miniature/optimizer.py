"""AdamW, clipping and the learning-rate schedules."""
from __future__ import annotations

import math


def schedule(kind: str, peak: float, step: int, total: int, warmup_ratio: float) -> float:
    """The learning rate of a step (from 1): linear warm-up, then `cosine`, `linear` or `constant`.

    As `get_cosine_schedule_with_warmup` and its siblings in transformers/optimization.py.
    """
    warmup = math.ceil(total * warmup_ratio)
    if step <= warmup:
        return peak * step / max(1, warmup)
    progress = (step - 1 - warmup) / max(1, total - warmup)
    if kind == "constant":
        return peak
    if kind == "linear":
        return peak * max(0.0, 1 - progress)
    if kind == "cosine":
        return peak * 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
    raise ValueError(f"lr_scheduler_type: {kind!r} is not one of cosine, linear, constant")


def norm(gradients: list) -> float:
    return math.sqrt(sum(sum(map(float.__mul__, row, row)) for row in gradients))


def clip(gradients: list, length: float, limit: float) -> list:
    """Gradients no longer than `limit` together (`clip_grad_norm_` of PyTorch)."""
    if not length > limit > 0:
        return gradients
    factor = limit / (length + 1e-6)
    return [[factor * value for value in row] for row in gradients]


class AdamW:
    """Loshchilov & Hutter 2017, "Decoupled Weight Decay Regularization", algorithm 2."""

    def __init__(self, rows: list, decay: float = 0.01) -> None:
        self.rows, self.decay, self.steps = rows, decay, 0
        self.first = [[0.0] * len(row) for row in rows]
        self.second = [[0.0] * len(row) for row in rows]

    def step(self, gradients: list, rate: float, one: float = 0.9, two: float = 0.999, tiny: float = 1e-8) -> None:
        self.steps += 1
        stride = rate / (1 - one ** self.steps)
        unbias = 1 / (1 - two ** self.steps)
        keep = 1 - rate * self.decay
        sqrt = math.sqrt
        for row, slopes, first, second in zip(self.rows, gradients, self.first, self.second):
            if not any(slopes) and not any(first):
                row[:] = [value * keep for value in row]
                continue
            first[:] = [one * mean + (1 - one) * slope for mean, slope in zip(first, slopes)]
            second[:] = [two * mean + (1 - two) * slope * slope for mean, slope in zip(second, slopes)]
            row[:] = [value * keep - stride * mean / (sqrt(square * unbias) + tiny)
                      for value, mean, square in zip(row, first, second)]
