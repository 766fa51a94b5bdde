"""Writes the example datasets in Datasets/ from `dataset_parts.py`; always the same files.

    python make_datasets.py           writes them
    python make_datasets.py --check   exit code 1 when a file differs from what would be written
"""
from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import dataset_parts as parts

FOLDER = Path(__file__).resolve().parent / "Datasets"
SYSTEM = "You keep a vault of notes. Do what is asked with one tool call, then say it in one sentence."


def fill(rng: random.Random, task: str, titles: list, way: int) -> tuple:
    """One request for a task, its good answer and a poor one."""
    ways, call, after = parts.TASKS[task]
    title, folder = rng.choice(titles)
    second = rng.choice([each for each, _ in titles if each != title])
    other = rng.choice(sorted({each for _, each in titles if each != folder}))
    values = {
        "title": title, "folder": folder, "second": second, "other": other, "line": rng.choice(parts.LINES),
        "tag": rng.choice(parts.TAGS), "word": rng.choice(parts.WORDS), "day": rng.choice(parts.DAYS),
    }
    good = call.format(**values) + "\n" + after.format(**values)
    return ways[way % len(ways)].format(**values), good, rng.choice(parts.POOR).format(**values)


def requests(seed: int, count: int, titles: list) -> list:
    """`count` different requests with their answers: every task in turn, and what was written by hand among them."""
    rng = random.Random(seed)
    seen, found, tasks = set(), [], sorted(parts.TASKS)
    for question, answer in parts.TALK if titles is parts.TITLES else []:
        found.append((question, answer, rng.choice(parts.POOR[:9])))
    turn = 0
    while len(found) < count:
        made = fill(rng, tasks[turn % len(tasks)], titles, turn // len(tasks))
        turn += 1
        if made[0] not in seen:
            seen.add(made[0])
            found.append(made)
    rng.shuffle(found)
    return found


def conversation(question: str, answer: str, system: bool) -> list:
    opening = [{"role": "system", "content": SYSTEM}] if system else []
    return [*opening, {"role": "user", "content": question}, {"role": "assistant", "content": answer}]


def sft(made: list) -> list:
    """Conversations; every tenth goes on for a second turn, every third has a system message."""
    rows = []
    for index, (question, good, _) in enumerate(made):
        turns = conversation(question, good, index % 3 == 0)
        if index % 10 == 9:
            more, answer, _ = made[index - 1]
            turns += conversation(more, answer, False)
        rows.append({"conversations": turns})
    return rows


def kto(made: list) -> list:
    """A good answer, a poor answer, in turn: both labels in equal number."""
    return [{"conversations": conversation(question, good if index % 2 == 0 else poor, False), "label": index % 2 == 0}
            for index, (question, good, poor) in enumerate(made)]


def dpo(made: list) -> list:
    return [{"prompt": question, "chosen": good, "rejected": poor} for question, good, poor in made]


def datasets() -> dict:
    """File name → its text."""
    rows = {
        "vault_sft.jsonl": sft(requests(11, 360, parts.TITLES)),
        "vault_kto.jsonl": kto(requests(12, 400, parts.TITLES)),
        "vault_dpo.jsonl": dpo(requests(13, 320, parts.TITLES)),
        "vault_eval.jsonl": sft(requests(14, 60, parts.EVAL_TITLES)),
    }
    return {name: "".join(json.dumps(row) + "\n" for row in each) for name, each in rows.items()}


def main() -> int:
    texts = datasets()
    if "--check" in sys.argv[1:]:
        differing = [name for name, text in texts.items()
                     if not (FOLDER / name).is_file() or (FOLDER / name).read_text("utf-8") != text]
        print("\n".join(f"{name} differs from what make_datasets.py writes" for name in differing) or "Datasets are as made.")
        return 1 if differing else 0
    FOLDER.mkdir(exist_ok=True)
    for name, text in texts.items():
        (FOLDER / name).write_text(text, "utf-8")
        print(f"{name}: {text.count(chr(10))} examples, {len(text)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
