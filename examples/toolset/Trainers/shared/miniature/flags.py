"""Flags and config of train_sft.py and train_kto.py."""
from __future__ import annotations

import argparse
from pathlib import Path

from .settings import Settings
from .training import Recipe


def read_arguments(method: str, argv: list) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"train_{method}.py", description=f"Fine-tunes with {method.upper()}.")
    for flag, kind in (("--model-name", str), ("--max-seq-length", int), ("--local-file", str), ("--batch-size", int),
                       ("--gradient-accumulation", int), ("--learning-rate", float), ("--num-epochs", float),
                       ("--max-steps", int), ("--resume-from-checkpoint", Path), ("--wandb-project", str),
                       ("--wandb-run-name", str)):
        parser.add_argument(flag, type=kind)
    for flag in ("--wandb", "--split-dataset", "--dry-run"):
        parser.add_argument(flag, action="store_true")
    if method == "kto":
        parser.add_argument("--beta", type=float)
        parser.add_argument("--two-stage-lr", action="store_true")
        parser.add_argument("--output-dir", type=str)
    return parser.parse_args(argv)


def settings_with(arguments: argparse.Namespace, path: Path) -> Settings:
    settings = Settings(path)
    for at, name in (("model.model_name", "model_name"), ("model.max_seq_length", "max_seq_length"),
                     ("dataset.local_file", "local_file"), ("training.per_device_train_batch_size", "batch_size"),
                     ("training.gradient_accumulation_steps", "gradient_accumulation"),
                     ("training.learning_rate", "learning_rate"), ("training.num_train_epochs", "num_epochs"),
                     ("training.max_steps", "max_steps"), ("training.beta", "beta"),
                     ("training.output_dir", "output_dir")):
        settings.set(at, getattr(arguments, name, None))
    return settings


def recipe_of(method: str, settings: Settings, two_stage: bool) -> Recipe:
    number, integer = settings.number, settings.integer
    return Recipe(
        method=method, batch=integer("training.per_device_train_batch_size", 2),
        accumulation=integer("training.gradient_accumulation_steps", 1), rate=number("training.learning_rate", 1e-4),
        epochs=number("training.num_train_epochs", 1), max_steps=integer("training.max_steps", -1),
        warmup=number("training.warmup_ratio", 0), scheduler=settings.get("training.lr_scheduler_type", "linear"),
        rank=integer("lora.r", 8), alpha=number("lora.lora_alpha", 16), dropout=number("lora.lora_dropout", 0),
        seed=integer("seed", 42), limit=integer("model.max_seq_length", 2048), beta=number("training.beta", 0.1),
        weights={True: number("training.desirable_weight", 1), False: number("training.undesirable_weight", 1)},
        clip=number("training.max_grad_norm", 1), two_stage=two_stage)
