"""A run's folder: log, checkpoints, final model, lineage, as the Hugging Face Trainer and PEFT lay them out."""
from __future__ import annotations

import json
import os
import re
import shutil
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

from . import text, weights
from .training import Training

A_NAME = "base_model.model.lm_head.lora_A.weight"
B_NAME = "base_model.model.lm_head.lora_B.weight"
STATE = "trainer_state.json"


def make_run_folder(output: Path) -> Path:
    """A new folder named by this second; when that is taken, by the next one that is not."""
    moment = datetime.now()
    while True:
        folder = output / moment.strftime("%Y%m%d_%H%M%S")
        try:
            folder.mkdir(parents=True)
            return folder
        except FileExistsError:
            moment += timedelta(seconds=1)


def turned(rows: list) -> list:
    return [list(column) for column in zip(*rows)]


def write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def write_adapter(folder: Path, training: Training, model_name: str) -> None:
    """`adapter_model.safetensors` and `adapter_config.json`; lora_A is rank × inputs, lora_B outputs × rank."""
    folder.mkdir(parents=True, exist_ok=True)
    model, recipe = training.model, training.recipe
    weights.write_safetensors(folder / "adapter_model.safetensors",
                              {A_NAME: turned(model.a), B_NAME: turned(model.b)})
    write_json(folder / "adapter_config.json", {
        "base_model_name_or_path": model_name, "peft_type": "LORA", "task_type": "CAUSAL_LM", "r": recipe.rank,
        "lora_alpha": recipe.alpha, "lora_dropout": recipe.dropout, "target_modules": ["lm_head"], "bias": "none",
        "inference_mode": True})


def read_adapter(folder: Path, training: Training) -> None:
    """Raises ValueError when the adapter is cut short or of another shape."""
    tensors = weights.read_safetensors(folder / "adapter_model.safetensors")
    a, b = turned(tensors[A_NAME]), turned(tensors[B_NAME])
    model = training.model
    if (len(a), len(b), len(b[0])) != (len(model.a), len(model.b), text.VOCABULARY):
        raise ValueError(f"size mismatch for {A_NAME}: the checkpoint has rank {len(b)}, the model {model.rank}")
    for row, value in zip(model.rows(), a + b):
        row[:] = value


def write_optimizer(path: Path, training: Training) -> None:
    """AdamW's moments in a ZIP file, as PyTorch's files are one; not readable by torch.load."""
    optimizer = training.optimizer
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/state.json", json.dumps(
            {"steps": optimizer.steps, "first": optimizer.first, "second": optimizer.second}))


def read_optimizer(path: Path, training: Training) -> None:
    with zipfile.ZipFile(path) as archive:
        state = json.loads(archive.read("archive/state.json"))
    optimizer = training.optimizer
    optimizer.steps, optimizer.first, optimizer.second = state["steps"], state["first"], state["second"]


class RunFolder:
    """What one training leaves behind. `earlier`: raw log lines of the run that this one goes on from."""

    def __init__(self, output: Path, earlier: list) -> None:
        self.path = make_run_folder(output)
        self.checkpoints = self.path / "checkpoints"
        logs = self.path / "logs"
        for folder in (self.checkpoints, logs):
            folder.mkdir()
        name = f"training_{datetime.now():%Y%m%d_%H%M%S}.jsonl"
        self.log = (logs / name).open("a", encoding="utf-8")
        self.history = [json.loads(line) for line in earlier]
        self.log.writelines(earlier)
        self.log.flush()
        try:
            os.symlink(name, logs / "training_latest.jsonl")
        except OSError:
            pass  # A file system without links: the dated log is there all the same.

    def append(self, entry: dict) -> None:
        """One line; NaN and infinities as Python's json writes them."""
        self.history.append(entry)
        self.log.write(json.dumps(entry) + "\n")
        self.log.flush()

    def save_checkpoint(self, training: Training, model_name: str, step: int, best: str | None, keep: int) -> Path:
        """Writes `checkpoint-{step}` and removes the oldest beyond `keep` (0: none is removed)."""
        folder = self.checkpoints / f"checkpoint-{step}"
        write_adapter(folder, training, model_name)
        write_optimizer(folder / "optimizer.pt", training)
        write_json(folder / STATE, {
            "best_metric": None, "best_model_checkpoint": best, "epoch": training.epoch_at(step),
            "global_step": step, "max_steps": training.total, "num_train_epochs": training.recipe.epochs,
            "train_batch_size": training.recipe.batch, "log_history": self.history})
        steps = sorted(int(entry.name.rsplit("-", 1)[1]) for entry in self.checkpoints.glob("checkpoint-*"))
        for old in steps[:-keep] if keep > 0 else []:
            if best is None or not best.endswith(f"checkpoint-{old}"):
                shutil.rmtree(self.checkpoints / f"checkpoint-{old}")
        return folder

    def save_final(self, training: Training, model_name: str, lineage: dict) -> None:
        folder = self.path / "final_model"
        write_adapter(folder, training, model_name)
        write_json(folder / "tokenizer.json", {"model": {"type": "characters", "vocab": text.CHARACTERS}})
        write_json(folder / "tokenizer_config.json", {"tokenizer_class": "CharacterTokenizer"})
        write_json(self.path / "training_lineage.json", lineage)


def cut_short(checkpoint: Path) -> None:
    """What a full disk or a lost machine leaves: half of the weights."""
    path = checkpoint / "adapter_model.safetensors"
    os.truncate(path, path.stat().st_size // 2)


def read_checkpoint(folder: Path, training: Training) -> int:
    """Loads a checkpoint; returns its step."""
    state = json.loads((folder / STATE).read_text(encoding="utf-8"))
    read_adapter(folder, training)
    read_optimizer(folder / "optimizer.pt", training)
    return state["global_step"]


def earlier_lines(checkpoint: Path, step: int) -> list:
    """The log lines of the checkpoint's run up to its step, from the newest log there."""
    logs = sorted(path for path in (checkpoint.resolve().parent.parent / "logs").glob("training_*.jsonl")
                  if re.search(r"\d{8}_\d{6}", path.name))
    lines = []
    for line in logs[-1].read_text(encoding="utf-8").splitlines() if logs else []:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if "train_runtime" not in entry and entry["step"] <= step:
            lines.append(line + "\n")
    return lines
