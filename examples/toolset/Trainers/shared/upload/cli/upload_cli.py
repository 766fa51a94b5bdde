"""`python -m shared.upload.cli.upload_cli MODEL_PATH REPO_ID [options]`; exit code 0, or 1 with what went wrong."""
from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from .. import gguf_only, program
from ..hub import Hub, HubFailure

METHODS = ("merged_16bit", "merged_4bit", "lora")
QUANTIZATIONS = ["Q4_K_M", "Q5_K_M", "Q8_0"]
INTERRUPTED = 130


def read_arguments(argv: list) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="upload_cli", description="Upload trained model to HuggingFace Hub")
    parser.add_argument("model_path", nargs="?", help="folder of a saved model, e.g. …/20251122_143000/final_model")
    parser.add_argument("repo_id", nargs="?", help="username/model-name")
    parser.add_argument("--token", help="seen by everybody on this host: set HF_TOKEN instead")
    parser.add_argument("--output-dir", type=Path)
    parser.add_argument("--private", action="store_true")
    parser.add_argument("--save-method", default="merged_16bit", choices=METHODS)
    parser.add_argument("--model-size", default="7b", choices=("3b", "7b", "13b", "20b"))
    parser.add_argument("--create-gguf", action="store_true")
    parser.add_argument("--gguf-quantizations", nargs="+", default=QUANTIZATIONS)
    parser.add_argument("--gguf-only", metavar="USER/REPO", help="make GGUF of a repository, push it to USER/REPO-GGUF")
    parser.add_argument("--training-lineage", type=Path)
    return parser.parse_args(argv)


def main(argv: list) -> int:
    arguments = read_arguments(argv)
    token = arguments.token or os.environ.get("HF_TOKEN") or os.environ.get("HF_API_KEY")
    if not token:
        print("Error: HuggingFace token required. Provide via --token or HF_TOKEN env var")
        return 1
    hub = Hub(os.environ.get("HF_ENDPOINT") or "https://huggingface.co", token)
    if arguments.gguf_only:
        return attempt("GGUF-only", lambda: gguf_only.run(hub, arguments.gguf_only, arguments.gguf_quantizations))
    if not arguments.model_path or not arguments.repo_id:
        print("Error: model_path and repo_id are required (unless using --gguf-only)")
        return 1
    return attempt("Upload", lambda: program.run(hub, arguments))


def attempt(name: str, work) -> int:
    try:
        work()
        return 0
    except (HubFailure, OSError, ValueError, RuntimeError) as error:
        print(f"\n✗ {name} failed: {error}", flush=True)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted by user.", flush=True)
        return INTERRUPTED


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        # Written to a file, lines would stay in a buffer, and where the locale is C the marks could not be written.
        stream.reconfigure(encoding="utf-8", line_buffering=True)
    sys.exit(main(sys.argv[1:]))
