"""One batch forward and backward: cross-entropy (sft) and the loss of the KTO paper."""
from __future__ import annotations

import math
import random
from typing import NamedTuple

from .model import Model
from .text import tokens_of


class Example(NamedTuple):
    prompt: str
    completion: str
    label: bool
    #: Pairs of features and target, from `tokens_of`.
    tokens: list

    @staticmethod
    def of(prompt: str, completion: str, label: bool, limit: int) -> "Example":
        return Example(prompt, completion, label, tokens_of(prompt, completion, limit))


class Views(dict):
    """What the model says in one step, each context computed once: chats repeat themselves."""

    def __init__(self, model: Model, rng: random.Random | None = None) -> None:
        super().__init__()
        self.model, self.rng = model, rng

    def __missing__(self, features: tuple):
        self[features] = view = self.model.look(features, self.rng)
        return view


def add_slopes(slopes: dict, views: Views, tokens: list, weight: float) -> None:
    """Adds `weight` times the gradient of -log p(target) with respect to the logits, p - onehot, per context."""
    for features, target in tokens:
        entry = slopes.setdefault(features, [0.0, {}])
        entry[0] += weight
        entry[1][target] = entry[1].get(target, 0.0) + weight


def gradients_of(model: Model, views: Views, slopes: dict) -> list:
    gradients = model.zero_gradients()
    for features, (weight, targets) in slopes.items():
        view = views[features]
        row = [weight * probability for probability in view.probabilities]
        for target, part in targets.items():
            row[target] -= part
        model.add_gradients(gradients, view, row)
    return gradients


def cross_entropy(views: Views, batch: list, slopes: dict, share: float) -> dict:
    """Mean of -log p over the tokens of a batch, nats. `share`: the batch's part in the step's gradient."""
    count = sum(len(example.tokens) for example in batch)
    total = 0.0
    for example in batch:
        total -= sum(views[features].log_probability(target) for features, target in example.tokens)
        add_slopes(slopes, views, example.tokens, share / count)
    return {"loss": total / count}


def sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value >= 0 else 1 - 1 / (1 + math.exp(min(value, 700.0)))


def log_ratio(views: Views, tokens: list) -> tuple:
    """log p of the policy and of the frozen reference, summed over the tokens."""
    policy = sum(views[features].log_probability(target) for features, target in tokens)
    return policy, sum(views.model.reference(features, target) for features, target in tokens)


def kto(views: Views, batch: list, slopes: dict, share: float, beta: float, weights: dict, limit: int) -> list:
    """Ethayarajh et al. 2024, "KTO: Model Alignment as Prospect Theoretic Optimization", section 4.1.

    r = log p(y|x) - log p_ref(y|x);  z0 = max(0, mean of r over mismatched pairs (x_i, y_i+1)), without a gradient;
    loss = w_D (1 - sigmoid(beta (r - z0))) where y is desirable, w_U (1 - sigmoid(beta (z0 - r))) where it is not.
    `weights`: w by label. Returns the figures of each example; rewards are beta r as in TRL.
    """
    pairs = [tokens_of(one.prompt, other.completion, limit) for one, other in zip(batch, batch[1:] + batch[:1])]
    ratios = [policy - reference for policy, reference in (log_ratio(views, tokens) for tokens in pairs)]
    mean = sum(ratios) / len(ratios)
    kl = mean if mean > 0 or math.isnan(mean) else 0.0
    figures = []
    for example in batch:
        policy, reference = log_ratio(views, example.tokens)
        sign = 1 if example.label else -1
        value = sigmoid(sign * beta * (policy - reference - kl))
        weight = weights[example.label]
        add_slopes(slopes, views, example.tokens, share / len(batch) * sign * weight * beta * value * (1 - value))
        logit = sum(views[features].logits[target] for features, target in example.tokens) / len(example.tokens)
        figures.append({"loss": weight * (1 - value), "kl": kl, "label": example.label,
                        "rewards": beta * (policy - reference), "logps": policy, "logits": logit})
    return figures
