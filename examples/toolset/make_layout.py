"""Writes a checkout of the miniature toolset in either of the two layouts.

    python make_layout.py DEST --layout 2025|2026 [--left-overs]

2025  Trainers/rtx3090_{method}/, runs in its {method}_output_rtx3090/, shared programs in Trainers/shared/
2026  Trainers/{method}/, runs in its {method}_output/, shared programs in shared/

`--left-overs` trains kto for some steps into the folder where the layout of 2025 keeps its runs: what a checkout holds
that has been updated from one layout to the other.
"""
from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
METHODS = ("sft", "kto")
NOT_COPIED = shutil.ignore_patterns("__pycache__", "*_output*", "logs", "checkpoints", "outputs", "results", ".env",
                                    "make_*.py", "dataset_parts.py")
OLD_RUNS = "Trainers/rtx3090_kto/kto_output_rtx3090"


def to_2026(root: Path) -> None:
    """Turns a checkout in the layout of 2025, as it stands here, into one of 2026."""
    for method in METHODS:
        folder = root / "Trainers" / method
        (root / "Trainers" / f"rtx3090_{method}").rename(folder)
        config = folder / "configs" / "config.yaml"
        text = config.read_text(encoding="utf-8")
        config.write_text(text.replace(f"{method}_output_rtx3090", f"{method}_output"), encoding="utf-8")
    for name in ("shared", "llama.cpp"):
        (root / "Trainers" / name).rename(root / name)


def leave_a_run(root: Path, layout: str) -> None:
    trainer = root / "Trainers" / ("rtx3090_kto" if layout == "2025" else "kto")
    subprocess.run([sys.executable, "train_kto.py", "--max-steps", "4", "--output-dir", str(root / OLD_RUNS)],
                   cwd=trainer, check=True, capture_output=True,
                   env={**os.environ, "MINI_STEP_SECONDS": "0", "MINI_FAULT": ""})


def main() -> int:
    parser = argparse.ArgumentParser(description="Writes a checkout of the miniature toolset.")
    parser.add_argument("dest", type=Path)
    parser.add_argument("--layout", choices=("2025", "2026"), required=True)
    parser.add_argument("--left-overs", action="store_true")
    arguments = parser.parse_args()
    root = arguments.dest.resolve()
    if root.exists() and any(root.iterdir()):
        parser.error(f"{root} is not empty")
    shutil.copytree(HERE, root, ignore=NOT_COPIED, dirs_exist_ok=True)
    if arguments.layout == "2026":
        to_2026(root)
    if arguments.left_overs:
        leave_a_run(root, arguments.layout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
