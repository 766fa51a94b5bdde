"""GGUF files of a repository that is on the Hub, pushed to `USER/REPO-GGUF`."""
from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from . import faults, show
from .hub import Hub
from .program import convert


def run(hub: Hub, source: str, quantizations: list) -> None:
    target = f"{source}-GGUF"
    kinds = [kind.upper() for kind in quantizations]
    show.banner("GGUF-ONLY MODE")
    print(f"Source: {source}\nTarget: {target}\nQuantizations: {', '.join(kinds)}\n")
    temporary = Path(tempfile.mkdtemp())
    try:
        print("[1/5] Loading model from HuggingFace...")
        listed = {entry["path"] for entry in hub.ask("GET", f"/api/models/{source}/tree/main?recursive=true")}
        if "model.safetensors" not in listed:
            raise RuntimeError(f"{source} does not appear to have a file named model.safetensors")
        data = hub.fetch("GET", f"/{source}/resolve/main/model.safetensors")
        print("  ✓ Model loaded")
        print(f"[2/5] Saving model to temp directory...\n  Location: {temporary}")
        (temporary / "model.safetensors").write_bytes(data)
        print("  ✓ Model saved\n\n[3/5] Converting to GGUF format...")
        faults.strike("convert")
        made = convert(temporary / "model.safetensors", temporary / "gguf", source.split("/")[-1], kinds)
        print(f"  ✓ GGUF files created\n\n[4/5] Uploading GGUF files to {target}...")
        # Public, whatever the source is: the real program does so. A repository that is there keeps its visibility.
        hub.create(target, private=False)
        faults.strike("files")
        hub.upload(target, {path.name: path for path in made}, "Upload folder using the upload program")
        print("  ✓ Upload complete")
        show.banner("[5/5] GGUF UPLOAD COMPLETE")
        print(f"✓ GGUF files uploaded to: {hub.endpoint}/{target}")
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
