"""The training itself: batches, gradients, one optimizer step after another. Knows no files and no output."""
from __future__ import annotations

import math
import random
from typing import NamedTuple

from . import data, losses
from .model import Model
from .optimizer import AdamW, clip, norm, schedule


class Recipe(NamedTuple):
    """All that a result follows from, besides the dataset."""

    method: str
    batch: int
    accumulation: int
    rate: float
    epochs: float
    max_steps: int
    warmup: float
    scheduler: str
    rank: int
    alpha: float
    dropout: float
    seed: int
    limit: int
    beta: float = 0.1
    weights: dict = {True: 1.0, False: 1.0}
    clip: float = 1.0
    #: kto: the first half of the steps at full rate, the second at a tenth (`--two-stage-lr`).
    two_stage: bool = False


class Training:
    """A model being trained on examples. The steps count from 1; what a step does depends on its number alone."""

    def __init__(self, recipe: Recipe, examples: list) -> None:
        self.recipe, self.examples = recipe, examples
        self.model = Model(recipe.rank, recipe.alpha, recipe.dropout, recipe.seed)
        self.optimizer = AdamW(self.model.rows())
        self.batches = math.ceil(len(examples) / recipe.batch)
        #: An epoch's last step may have fewer batches (transformers 4.50 and later).
        self.epoch_steps = max(1, math.ceil(self.batches / recipe.accumulation))
        self.total = recipe.max_steps if recipe.max_steps > 0 else math.ceil(recipe.epochs * self.epoch_steps)

    def epoch_at(self, step: int) -> float:
        return step / self.epoch_steps

    def rate_at(self, step: int) -> float:
        recipe = self.recipe
        stage = 0.1 if recipe.two_stage and step > self.total / 2 else 1.0
        return stage * schedule(recipe.scheduler, recipe.rate, step, self.total, recipe.warmup)

    def batches_of(self, step: int) -> list:
        epoch, place = divmod(step - 1, self.epoch_steps)
        first = place * self.recipe.accumulation
        numbers = range(first, min(first + self.recipe.accumulation, self.batches))
        return [data.batch_of(self.examples, self.recipe.batch, epoch * self.batches + number, self.batches,
                              self.recipe.seed) for number in numbers]

    def step(self, step: int) -> dict:
        """One optimizer step. Returns its loss, gradient norm and learning rate; for kto `parts`, an entry an example."""
        recipe = self.recipe
        views = losses.Views(self.model, random.Random(f"dropout {recipe.seed} {step}"))
        batches, slopes, figures = self.batches_of(step), {}, []
        for batch in batches:
            figures += self.forward(views, batch, slopes, 1 / len(batches))
        gradients = losses.gradients_of(self.model, views, slopes)
        length, rate = norm(gradients), self.rate_at(step)
        self.optimizer.step(clip(gradients, length, recipe.clip), rate)
        loss = sum(each["loss"] for each in figures) / len(figures)
        return {"loss": loss, "grad_norm": length, "learning_rate": rate, "parts": figures}

    def forward(self, views: losses.Views, batch: list, slopes: dict, share: float) -> list:
        recipe = self.recipe
        if recipe.method == "kto":
            return losses.kto(views, batch, slopes, share, recipe.beta, recipe.weights, recipe.limit)
        return [losses.cross_entropy(views, batch, slopes, share)]

    def evaluate(self, examples: list) -> float:
        """Mean loss on examples that are not trained on."""
        views, size = losses.Views(self.model), self.recipe.batch
        figures = []
        for at in range(0, len(examples), size):
            figures += self.forward(views, examples[at:at + size], {}, 1.0)
        return sum(each["loss"] for each in figures) / len(figures)


def kto_figures(parts: list) -> dict:
    """The means that TRL's KTOTrainer logs; a label that did not occur leaves its figures out."""
    figures = {}
    for name in ("rewards", "logps", "logits"):
        means = {}
        for side, label in (("chosen", True), ("rejected", False)):
            values = [part[name] for part in parts if part["label"] is label]
            if values:
                means[side] = figures[f"{name}/{side}"] = sum(values) / len(values)
        if name == "rewards" and len(means) == 2:
            figures["rewards/margins"] = means["chosen"] - means["rejected"]
    figures["kl"] = sum(part["kl"] for part in parts) / len(parts)
    return figures
