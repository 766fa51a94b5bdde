"""A linear model over the last characters, with a frozen base and a low-rank adapter.

    logits(x) = W x + (alpha / r) B A x

W is the frozen base, x the one-hot input times ACTIVATION; only A (r × features) and B (vocabulary × r) are trained
(Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models", section 4.1). A begins uniform within
±1/sqrt(features), B at zero, as PEFT does it: before the first step the model is the base.
"""
from __future__ import annotations

import math
import random

from . import base, text

#: Size of an active input. Stands for the large activations inside a real model, so that usual learning rates fit.
ACTIVATION = 200.0


class Model:
    """`a[feature][rank]` and `b[rank][character]` are A and B, each stored so that its rows are what is added up."""

    def __init__(self, rank: int, alpha: float, dropout: float, seed: int) -> None:
        self.table = base.log_probabilities()
        self.rank, self.alpha, self.dropout = rank, alpha, dropout
        self.gain = alpha / rank * ACTIVATION
        bound = 1 / math.sqrt(text.FEATURES)
        rng = random.Random(f"adapter {seed}")
        self.a = [[rng.uniform(-bound, bound) for _ in range(rank)] for _ in range(text.FEATURES)]
        self.b = [[0.0] * text.VOCABULARY for _ in range(rank)]

    def rows(self) -> list:
        """All trained numbers as a list of lists, to be changed in place."""
        return self.a + self.b

    def look(self, features: tuple, rng: random.Random | None = None) -> "View":
        """What the model says after these features; with `rng`, the adapter's input is dropped out."""
        kept, gain = features, self.gain
        if rng is not None and self.dropout > 0:
            kept = tuple(feature for feature in features if rng.random() >= self.dropout)
            gain /= max(1 - self.dropout, 1e-9)
        hidden = [gain * sum(column) for column in zip(*[self.a[feature] for feature in kept])] or [0.0] * self.rank
        logits = self.table[features[0]]
        for rank in range(0, self.rank - 1, 2):
            first, second = hidden[rank], hidden[rank + 1]
            logits = [logit + first * one + second * two
                      for logit, one, two in zip(logits, self.b[rank], self.b[rank + 1])]
        if self.rank % 2:
            last = hidden[-1]
            logits = [logit + last * one for logit, one in zip(logits, self.b[-1])]
        return View(kept, gain, hidden, logits)

    def reference(self, features: tuple, target: int) -> float:
        """Log probability under the frozen base alone."""
        return self.table[features[0]][target]

    def zero_gradients(self) -> list:
        return [[0.0] * len(row) for row in self.rows()]

    def add_gradients(self, gradients: list, view: "View", slopes: list) -> None:
        """Adds the gradients of the rows; `slopes` are those of the loss with respect to the logits."""
        at = len(self.a)
        for rank, (row, activation) in enumerate(zip(self.b, view.hidden)):
            gradients[at + rank] = [total + activation * slope
                                    for total, slope in zip(gradients[at + rank], slopes)]
        into_a = [view.gain * sum(map(float.__mul__, row, slopes)) for row in self.b]
        for feature in view.features:
            gradients[feature] = list(map(float.__add__, gradients[feature], into_a))


class View:
    """The model's word on one context: logits, their log-sum-exp, probabilities."""

    __slots__ = ("features", "gain", "hidden", "logits", "total", "probabilities")

    def __init__(self, features: tuple, gain: float, hidden: list, logits: list) -> None:
        self.features, self.gain, self.hidden, self.logits = features, gain, hidden, logits
        top = max(logits)
        exponentials = [math.exp(logit - top) if logit <= top else math.nan for logit in logits]
        total = sum(exponentials)
        self.total = top + math.log(total) if total > 0 else math.nan
        self.probabilities = [each / total for each in exponentials] if total > 0 else exponentials

    def log_probability(self, target: int) -> float:
        return self.logits[target] - self.total
