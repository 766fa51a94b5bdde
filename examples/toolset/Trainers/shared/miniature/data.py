"""Datasets: JSON Lines of conversations, messages, or prompt and completion; kto with a label."""
from __future__ import annotations

import json
import random
from pathlib import Path

from .losses import Example


class DatasetError(Exception):
    """The dataset cannot be trained on; the text says why."""


def words_of(row: dict) -> tuple:
    """Prompt and completion of one line: the last answer, and all that stands before it."""
    turns = row.get("conversations", row.get("messages"))
    if turns is None:
        return row["prompt"], row["completion"]
    last = max(index for index, turn in enumerate(turns) if turn["role"] == "assistant")
    asked = [turn["content"] for turn in turns[:last] if turn["role"] != "system"]
    return (asked[-1] if asked else ""), turns[last]["content"]


def read_examples(path: Path, labelled: bool, limit: int) -> list:
    """All examples of a file. Raises DatasetError, with the line, for one that is no example, and when a label lacks."""
    if not path.is_file():
        raise FileNotFoundError(f"Dataset file not found: {path}")
    examples = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                prompt, completion = words_of(row)
                if labelled and not isinstance(row["label"], bool):
                    raise ValueError('"label" is not true or false')
                examples.append(Example.of(str(prompt), str(completion), row.get("label", True), limit))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise DatasetError(f"line {number}: {type(error).__name__}: {error}") from error
    if not examples:
        raise DatasetError("it holds no examples")
    if labelled and len({example.label for example in examples}) < 2:
        raise DatasetError("both labels, true and false, must occur")
    return examples


def split(examples: list, seed: int) -> tuple:
    """Training and evaluation part, nine to one."""
    order = list(examples)
    random.Random(f"split {seed}").shuffle(order)
    held = max(1, len(order) // 10)
    return order[held:], order[:held]


def batch_of(examples: list, size: int, index: int, batches: int, seed: int) -> list:
    """The batch with this number since the first (from 0); every epoch of `batches` has its own order."""
    epoch, place = divmod(index, batches)
    order = list(range(len(examples)))
    random.Random(f"order {seed} {epoch}").shuffle(order)
    return [examples[at] for at in order[place * size:(place + 1) * size]]
