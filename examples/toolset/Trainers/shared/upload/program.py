"""The upload from its first banner to its last: save, push, convert, push the files, document, push the documents."""
from __future__ import annotations

import argparse
import json
import shutil
from datetime import datetime
from pathlib import Path

from . import card, faults, gguf, merge, show
from .hub import Hub, HubFailure


class Upload:
    def __init__(self, hub: Hub, arguments: argparse.Namespace) -> None:
        self.hub, self.arguments, self.repo = hub, arguments, arguments.repo_id
        self.model = Path(arguments.model_path).resolve()
        self.name = self.repo.split("/")[-1]
        self.output = (arguments.output_dir or self.model.parent / self.name).resolve()
        self.formats: list = []

    def save(self) -> Path:
        """Merges, or copies the adapter with all that stands beside it; returns the folder to push."""
        if not self.model.is_dir():
            raise FileNotFoundError(f"Model path not found: {self.model}")
        method = self.arguments.save_method
        folder = self.output / method.replace("_", "-")
        folder.mkdir(parents=True, exist_ok=True)
        faults.strike("merge")
        if method == "lora":
            shutil.copytree(self.model, folder, dirs_exist_ok=True)
            merge.read_header(folder / merge.ADAPTER)
            print(f"✓ LoRA adapters copied to: {folder}")
        else:
            self._merge(folder, 16 if method == "merged_16bit" else 4)
        self.formats.append(method)
        return folder

    def _merge(self, folder: Path, bits: int) -> None:
        print(f"Loading model for {bits}-bit merge...")
        merged = merge.Merged(self.model, folder, bits, self.arguments.model_size)
        show.stage("Merging layers", merged.pieces)
        print(f"Saving merged {bits}-bit model...")
        merged.save()
        print(f"✓ Merged {bits}-bit model saved to: {folder}")

    def push(self, folder: Path) -> None:
        show.banner("UPLOADING TO HUGGINGFACE")
        print(f"Local path: {folder}\nRepository: {self.repo}\nPrivate: {self.arguments.private}\n")
        try:
            self.hub.create(self.repo, self.arguments.private)
            faults.strike("push")
            files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
            self.hub.upload(self.repo, files, "Upload folder using the upload program")
        except HubFailure as error:
            raise HubFailure(f"Failed to upload model: {error}") from error
        print(f"\n✓ Model uploaded successfully!\nView at: {self.hub.endpoint}/{self.repo}")

    def convert(self, merged: Path) -> list:
        """GGUF files of the merged model; an adapter is merged for it."""
        kinds = [kind.upper() for kind in self.arguments.gguf_quantizations]
        show.banner("GGUF CONVERSION")
        print(f"Model: {self.model}\nOutput: {self.output}\nQuantizations: {', '.join(kinds)}\n{'=' * show.WIDTH}")
        faults.strike("convert")
        if self.arguments.save_method != "merged_16bit":
            merged = self.output / "gguf-source"
            merged.mkdir(parents=True, exist_ok=True)
            print("\n[Merge] Merging LoRA to 16-bit...")
            source = merge.Merged(self.model, merged, 16, self.arguments.model_size)
            show.stage("Merging layers", source.pieces)
            source.save()
        made = convert(merged / "model.safetensors", self.output / "gguf", self.name, kinds)
        if self.arguments.save_method != "merged_16bit":
            shutil.rmtree(merged)
        self.formats.append("gguf")
        return made

    def push_files(self, files: list) -> None:
        show.banner("UPLOADING FILES")
        print(f"Repository: {self.repo}\nFiles to upload: {len(files)}\n")
        faults.strike("files")
        for number, path in enumerate(files, 1):
            print(f"[{number}/{len(files)}] Uploading {path.name}...")
            try:
                self.hub.upload(self.repo, {path.name: path}, f"Upload {path.name}")
            except HubFailure as error:
                raise HubFailure(f"Failed to upload file {path}: {error}") from error
            print("  ✓ Uploaded")
        print(f"\n✓ All files uploaded!\nView at: {self.hub.endpoint}/{self.repo}/tree/main")

    def document(self, files: list) -> list:
        """Writes manifest and card; the card that stands beside the model is taken where there is one."""
        show.banner("CREATING DOCUMENTATION")
        lineage_path = self.arguments.training_lineage or self.model.parent / "training_lineage.json"
        documents = [self.output / "upload_manifest.json", self.output / "README.md"]
        lineage = {}
        if lineage_path.exists():
            print(f"✓ Training lineage loaded from: {lineage_path}")
            lineage = json.loads(lineage_path.read_text(encoding="utf-8"))
            documents.append(lineage_path)
        manifest = {"repo_id": self.repo, "upload_date": datetime.now().isoformat(), "formats": self.formats,
                    "gguf_files": [path.name for path in files]}
        documents[0].write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        own = self.model / "README.md"
        text = own.read_text(encoding="utf-8") if own.exists() else card.written(self.name, lineage, self.formats)
        documents[1].write_text(text, encoding="utf-8")
        print(f"✓ Model card {'taken from' if own.exists() else 'created'}: {own if own.exists() else documents[1]}")
        return documents

    def push_documents(self, documents: list) -> None:
        """A document that cannot be pushed is told and does not fail the upload."""
        show.banner("UPLOADING DOCUMENTATION")
        faults.strike("card")
        for path in documents:
            name = "training_lineage.json" if path == self.arguments.training_lineage else path.name
            try:
                self.hub.upload(self.repo, {name: path}, f"Upload {name}")
                print(f"✓ {name} uploaded")
            except HubFailure as error:
                print(f"⚠ Could not upload {name}: {error}")

    def summary(self) -> None:
        show.banner("✓ ALL UPLOADS COMPLETE!")
        print(f"\nLocal artifacts saved to: {self.output}\nHuggingFace model: {self.hub.endpoint}/{self.repo}")


def convert(weights: Path, folder: Path, name: str, kinds: list) -> list:
    """The base file and one a quantization; one that llama.cpp does not know is told and left out."""
    folder.mkdir(parents=True, exist_ok=True)
    made = [folder / f"{name}.gguf"]
    print("\n[Base] Converting to base GGUF (bf16)...")
    show.stage("Converting to bf16", gguf.pieces(weights, made[0], "BF16"))
    print("\n[Quantize] Creating quantizations...")
    for kind in kinds:
        print(f"  Quantizing to {kind}...")
        if kind not in gguf.KINDS:
            print(f"  ⚠ Failed to create {kind}: main: invalid ftype '{kind}'")
            continue
        made.append(folder / f"{name}-{kind}.gguf")
        show.stage(f"Quantizing {kind}", gguf.pieces(weights, made[-1], kind))
        print(f"  ✓ Created: {made[-1].name}")
    print(f"\n[Summary]\n✓ Created {len(made)} GGUF files:")
    for path in made:
        print(f"  - {path.name} ({path.stat().st_size / (1 << 20):.1f} MB)")
    return made


def run(hub: Hub, arguments: argparse.Namespace) -> None:
    upload = Upload(hub, arguments)
    show.banner("UPLOAD ORCHESTRATOR")
    print(f"Model path: {upload.model}\nRepository: {upload.repo}\nOutput directory: {upload.output}\n")
    folder = upload.save()
    upload.push(folder)
    files = []
    if arguments.create_gguf:
        files = upload.convert(folder)
        upload.push_files(files)
    upload.push_documents(upload.document(files))
    upload.summary()
