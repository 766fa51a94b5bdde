"""The program main.py of the mac trainer: one log and one set of outputs for all runs."""
from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import datetime
from pathlib import Path

from . import console, data, folder, weights
from .faults import Faults, Pace
from .rtx import EVALUATED, INTERRUPTED
from .settings import Settings
from .training import Recipe, Training

KEPT = 3


def read_arguments(argv: list) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="main.py", description="Fine-tunes with LoRA.")
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--resume", type=Path)
    parser.add_argument("--dataset", type=str)
    return parser.parse_args(argv)


def recipe_of(settings: Settings) -> Recipe:
    number, integer = settings.number, settings.integer
    rank = integer("lora.rank", 8)
    return Recipe(
        method="sft", batch=integer("training.per_device_batch_size", 2),
        accumulation=integer("training.gradient_accumulation_steps", 1), rate=number("training.learning_rate", 1e-4),
        epochs=number("training.num_epochs", 1), max_steps=integer("training.max_steps", -1),
        warmup=number("training.warmup_ratio", 0.1), scheduler="cosine", rank=rank,
        alpha=number("lora.alpha", 2 * rank), dropout=number("lora.dropout", 0), seed=integer("seed", 42),
        limit=integer("model.max_seq_length", 2048))


def has_metal() -> bool:
    try:
        import mlx.core  # type: ignore[import-not-found]
        return bool(mlx.core.metal.is_available())
    except ImportError:
        return False


def may_go_on() -> bool:
    """Asks whether to train without Metal. A closed standard input goes on."""
    print("⚠ Metal is not available: training would run on the CPU.")
    try:
        return input("Continue anyway? (y/N) ").strip().lower() in ("y", "yes")
    except (EOFError, RuntimeError, OSError):
        print("\nNo answer on standard input: going on with the CPU.")
        return True


class Program:
    """One run of the trainer; it writes over what the last run left."""

    def __init__(self, here: Path, argv: list) -> None:
        self.arguments, self.here = read_arguments(argv), here
        self.faults, self.pace, self.step, self.best = Faults(), Pace(), 0, float("inf")
        self.settings = Settings(self.arguments.config)
        self.settings.set("data.dataset_path", self.arguments.dataset)
        self.model_name = str(self.settings.get("model.name", "miniature"))
        self.checkpoints = here / "checkpoints"
        for name in ("checkpoints", "logs"):
            (here / name).mkdir(exist_ok=True)
        self.log = (here / "logs" / "training.jsonl").open("a", encoding="utf-8")

    def write(self, level: str, message: str, **more) -> None:
        entry = {"timestamp": datetime.now().isoformat(), "level": level, "logger": "mlx_trainer", "message": message}
        self.log.write(json.dumps({**entry, **more}) + "\n")
        self.log.flush()

    def say(self, message: str) -> None:
        print(message)
        self.write("INFO", message)

    def run(self) -> int:
        if not has_metal() and not may_go_on():
            print("Aborted.")
            return 1
        self.say(f"Loading model {self.model_name}")
        self.pace.load()
        recipe = recipe_of(self.settings)
        path = Path(str(self.settings.get("data.dataset_path", "")))
        self.training = Training(recipe, data.read_examples(path, False, recipe.limit))
        held = self.settings.get("data.validation_path")
        self.held = data.read_examples(Path(held), False, recipe.limit)[:EVALUATED] if held else []
        self.say(f"{len(self.training.examples)} examples, {self.training.total} steps")
        if self.arguments.resume is not None:
            self.resume(self.arguments.resume)
        self.train()
        self.finish()
        return 0

    def resume(self, path: Path) -> None:
        arrays = weights.read_npz(path)
        rows = self.training.model.rows()
        optimizer = self.training.optimizer
        for name, target in (("weights", rows), ("first", optimizer.first), ("second", optimizer.second)):
            stored = arrays[f"{name}_a"] + arrays[f"{name}_b"]
            if [len(row) for row in stored] != [len(row) for row in target]:
                raise ValueError(f"{path.name} does not fit the model: it was trained with another rank")
            for row, value in zip(target, stored):
                row[:] = value
        self.step = optimizer.steps = int(arrays["step"][0][0])
        self.say(f"Resumed from {path.name} at step {self.step}")

    def train(self) -> None:
        training = self.training
        every = self.settings.integer("training.logging_steps", 5)
        save_steps = max(1, self.settings.integer("training.save_steps", 50))
        bar = console.Bar(training.total, "Training", first=self.step)
        while self.step < training.total:
            began = time.monotonic()
            self.faults.strike(self.step + 1, training.model)
            figures = training.step(self.step + 1)
            self.pace.rest(began)
            self.step += 1
            bar.draw(self.step)
            if self.step % every == 0 or self.step == training.total:
                self.log_step(figures, time.monotonic() - began)
            if self.step % save_steps == 0 or self.step == training.total:
                self.save(figures["loss"])
        bar.end()

    def log_step(self, figures: dict, seconds: float) -> None:
        tokens = sum(len(example.tokens) for batch in self.training.batches_of(self.step) for example in batch)
        metrics = {"loss": figures["loss"], "lr": figures["learning_rate"], "step_time": seconds,
                   "tokens_per_sec": tokens / seconds, "grad_norm": figures["grad_norm"]}
        self.write("METRICS", f"step {self.step}", step=self.step, metrics=metrics)
        print(f"\rStep {self.step}/{self.training.total} loss {metrics['loss']:.4f} lr {metrics['lr']:.2e} "
              f"{metrics['tokens_per_sec']:.0f} tok/s")

    def arrays(self) -> dict:
        training, inputs = self.training, len(self.training.model.a)
        optimizer = training.optimizer
        found = {"step": [[float(self.step)]]}
        for name, rows in (("weights", training.model.rows()), ("first", optimizer.first),
                           ("second", optimizer.second)):
            found[f"{name}_a"], found[f"{name}_b"] = rows[:inputs], rows[inputs:]
        return found

    def save(self, loss: float) -> None:
        """`loss` tells which checkpoint is the best, where there is no validation data."""
        path = self.checkpoints / f"checkpoint_step_{self.step}.npz"
        arrays = self.arrays()
        weights.write_npz(path, arrays)
        if self.faults.due("short-checkpoint", self.step):
            with path.open("r+b") as file:
                file.truncate(path.stat().st_size // 2)
        if self.held:
            loss = self.training.evaluate(self.held)
            self.write("METRICS", f"evaluation at step {self.step}", step=self.step, metrics={"eval_loss": loss})
        if loss < self.best:
            self.best = loss
            weights.write_npz(self.checkpoints / "best_checkpoint.npz", arrays)
        age = sorted(self.checkpoints.glob("checkpoint_step_*.npz"), key=lambda each: each.stat().st_mtime_ns)
        for old in age[:-KEPT]:
            old.unlink()

    def finish(self) -> None:
        if "no-final-model" in self.faults.always:
            return
        self.say("Saving final model to outputs/final_model")
        folder.write_adapter(self.here / "outputs" / "final_model", self.training, self.model_name)
        self.say("Training complete.")


def main(here: Path, argv: list) -> int:
    """Runs the trainer; returns its exit code."""
    program = Program(here, argv)
    try:
        return program.run()
    except KeyboardInterrupt:
        program.say(f"Training interrupted by user at step {program.step}. Checkpoints saved so far are kept.")
        sys.stdout.flush()
        return INTERRUPTED
