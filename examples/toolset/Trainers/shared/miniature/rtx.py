"""The programs train_sft.py and train_kto.py: set-up, the loop, exit codes."""
from __future__ import annotations

import math
import os
import sys
import time
from datetime import datetime
from pathlib import Path

from . import console, data, folder
from .faults import Faults, Pace
from .flags import read_arguments, recipe_of, settings_with
from .training import Training, kto_figures

INTERRUPTED = 130
#: Evaluation looks at no more than so many examples: it is to cost little.
EVALUATED = 24


class Program:
    """One run of a trainer."""

    def __init__(self, method: str, here: Path, argv: list) -> None:
        self.method, self.faults, self.pace = method, Faults(), Pace()
        self.arguments = read_arguments(method, argv)
        self.settings = settings_with(self.arguments, here / "configs" / "config.yaml")
        self.recipe = recipe_of(method, self.settings, getattr(self.arguments, "two_stage_lr", False))
        self.model_name = str(self.settings.get("model.model_name", "miniature"))
        self.step, self.losses, self.began = 0, [], time.monotonic()

    def set_up(self) -> bool:
        """Loads model and data. False when the dataset will not do."""
        print(f"{'=' * 60}\n{self.method.upper()} fine-tuning: {self.model_name}\n{'=' * 60}")
        if self.arguments.wandb:
            project = self.arguments.wandb_project or self.settings.get("wandb.project", "toolset")
            print(f"Weights & Biases: not available in the miniature toolset (project {project})")
        print("Loading model…")
        self.pace.load()
        path = Path(str(self.settings.get("dataset.local_file", "")))
        print(f"Loading dataset: {path}")
        try:
            examples = data.read_examples(path, self.method == "kto", self.recipe.limit)
        except data.DatasetError as error:
            if self.method != "kto":
                raise
            print(f"✗ {error}\nDataset validation failed. Exiting.")
            return False
        mapping = console.Bar(len(examples), "Map")
        mapping.draw(len(examples))
        mapping.end()
        held: list = []
        if self.arguments.split_dataset:
            examples, held = data.split(examples, self.recipe.seed)
        self.held, self.training = held[:EVALUATED], Training(self.recipe, examples)
        print(f"{len(examples)} examples, {self.training.epoch_steps} steps an epoch, {self.training.total} in all")
        return True

    def resume(self) -> list:
        """Loads the checkpoint to go on from, where one was given; returns its run's log lines."""
        checkpoint = self.arguments.resume_from_checkpoint
        if checkpoint is None:
            return []
        if not checkpoint.is_dir():
            raise ValueError(f"Can't find a valid checkpoint at {checkpoint}")
        self.step = folder.read_checkpoint(checkpoint, self.training)
        print(f"Resuming from {checkpoint} at step {self.step}")
        return folder.earlier_lines(checkpoint, self.step)

    def run(self) -> int:
        """The whole program; returns its exit code."""
        if not self.set_up():
            return 0
        earlier = self.resume()
        if self.arguments.dry_run:
            print("Dry run: everything is set up. Training was not started.")
            return 0
        output = str(self.settings.get("training.output_dir", f"./{self.method}_output"))
        self.run_folder = folder.RunFolder(Path(output), earlier)
        print(f"Training run directory: {os.path.join(output, self.run_folder.path.name)}")
        self.train()
        self.finish()
        return 0

    def train(self) -> None:
        training, method = self.training, self.method
        every = 5 if method == "sft" else self.settings.integer("training.logging_steps", 5)
        save_steps = self.save_every()
        print(console.table_head(method))
        bar, parts = console.Bar(training.total, first=self.step), []
        self.since = time.monotonic()
        while self.step < training.total:
            began = time.monotonic()
            self.faults.strike(self.step + 1, training.model)
            parts.append(training.step(self.step + 1))
            self.losses.append(parts[-1]["loss"])
            self.pace.rest(began)
            self.step += 1
            bar.draw(self.step)
            if self.step % every == 0 or self.step == training.total:
                self.log(parts)
                parts = []
            if self.step % save_steps == 0 or self.step == training.total:
                self.save()
        bar.end()

    def save_every(self) -> int:
        """`save_steps` below 1 is a part of all steps, as in transformers."""
        value = self.settings.number("training.save_steps", 50)
        return max(1, math.ceil(value * self.training.total) if value < 1 else int(value))

    def head(self) -> dict:
        now = time.monotonic()
        head = {"step": self.step, "timestamp": datetime.now().isoformat(), "interval_time": round(now - self.since, 3)}
        self.since = now
        return head

    def log(self, parts: list) -> None:
        mean = sum(part["loss"] for part in parts) / len(parts)
        entry = {**self.head(), "loss": mean, "grad_norm": parts[-1]["grad_norm"],
                 "learning_rate": parts[-1]["learning_rate"], "epoch": self.training.epoch_at(self.step)}
        if self.method == "kto":
            entry.update(kto_figures([each for part in parts for each in part["parts"]]))
        self.run_folder.append(entry)
        print(f"\r{console.table_row(self.method, entry, self.training.total)}")

    def save(self) -> None:
        if self.held:
            self.run_folder.append({**self.head(), "eval_loss": self.training.evaluate(self.held),
                                    "epoch": self.training.epoch_at(self.step)})
        keep = self.settings.integer("training.save_total_limit", 0)
        saved = self.run_folder.save_checkpoint(self.training, self.model_name, self.step, None, keep)
        if self.faults.due("short-checkpoint", self.step):
            folder.cut_short(saved)

    def finish(self) -> None:
        training, took = self.training, time.monotonic() - self.began
        samples = len(self.losses) * self.recipe.batch * self.recipe.accumulation
        mean = sum(self.losses) / len(self.losses) if self.losses else math.nan
        self.run_folder.append({
            **self.head(), "train_runtime": round(took, 3), "train_samples_per_second": round(samples / took, 3),
            "train_steps_per_second": round(len(self.losses) / took, 3), "total_flos": 1.0e6 * samples,
            "train_loss": mean, "epoch": training.epoch_at(self.step)})
        if "no-final-model" in self.faults.always:
            return
        final = self.run_folder.path / "final_model"
        print(f"Saving final model to {final}")
        self.run_folder.save_final(training, self.model_name, self.lineage(took))
        print(f"Training complete after {console.clock(took)}.")

    def lineage(self, took: float) -> dict:
        recipe, get = self.recipe, self.settings.get
        return {
            "training_type": self.method, "timestamp": datetime.now().isoformat(),
            "model": {"base_model": self.model_name, "max_seq_length": recipe.limit,
                      "load_in_4bit": get("model.load_in_4bit", False)},
            "lora": {"r": recipe.rank, "lora_alpha": recipe.alpha, "lora_dropout": recipe.dropout},
            "training": {key: value for key, value in (get("training", {}) or {}).items()},
            "dataset": {"local_file": str(get("dataset.local_file")), "examples": len(self.training.examples)},
            "hardware": {"device": "cpu", "python": sys.version.split()[0]},
            "results": {"final_step": self.step, "total_epochs": self.training.epoch_at(self.step),
                        "final_loss": self.losses[-1] if self.losses else None,
                        "training_time_seconds": round(took, 3)}}


def main(method: str, here: Path, argv: list) -> int:
    """Runs a trainer; returns its exit code. Faults leave as tracebacks, which Python turns into 1."""
    program = Program(method, here, argv)
    try:
        return program.run()
    except KeyboardInterrupt:
        print(f"\nTraining interrupted by user at step {program.step}. Checkpoints saved so far are kept.")
        sys.stdout.flush()
        return INTERRUPTED
