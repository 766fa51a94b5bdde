"""The adapter and its base model made one model: `model.safetensors`, in 16 or 4 bits a weight."""
from __future__ import annotations

import json
import os
import random
import shutil
import struct
from pathlib import Path

from ..miniature import base, text, weights

ADAPTER = "adapter_model.safetensors"
#: A merged 16-bit model of 7B and its adapter: about 14 GB and 320 MB.
TIMES_THE_ADAPTER = 44
#: However large the adapter, a miniature stays one.
MOST_BYTES = 16 << 20
#: Billions of parameters that --model-size names, by those of a 7B model.
SCALE = {"3b": 3 / 7, "7b": 1.0, "13b": 13 / 7, "20b": 20 / 7}
LAYERS = 16
COPIED = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja", "vocab.json")


def read_header(path: Path) -> dict:
    """Raises ValueError for a file that is no safetensors file or is shorter than it says."""
    data = path.read_bytes()
    broken = ValueError(f"Error while deserializing header: incomplete metadata, file not fully covered ({path.name})")
    try:
        (length,) = struct.unpack("<Q", data[:8])
        header = json.loads(data[8:8 + length])
        end = max(entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__")
    except (ValueError, struct.error, KeyError, TypeError) as error:
        raise broken from error
    if len(data) < 8 + length + end:
        raise broken
    return {name: entry for name, entry in header.items() if name != "__metadata__"}


def head_weights(folder: Path) -> list:
    """`lm_head.weight`, outputs × inputs: base + B·A·alpha/r. Empty for an adapter that is not this model's."""
    path = folder / ADAPTER
    header = read_header(path)
    if any(entry["dtype"] != "F32" or len(entry["shape"]) != 2 for entry in header.values()):
        return []
    tensors = weights.read_safetensors(path)
    a = next((rows for name, rows in tensors.items() if name.endswith("lm_head.lora_A.weight")), [])
    b = next((rows for name, rows in tensors.items() if name.endswith("lm_head.lora_B.weight")), [])
    if not a or not b or (len(a[0]), len(b), len(b[0])) != (text.FEATURES, text.VOCABULARY, len(a)):
        return []
    config = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    scale = config["lora_alpha"] / config["r"]
    merged = [[scale * sum(b_row[k] * a[k][feature] for k in range(len(a))) for feature in range(text.FEATURES)]
              for b_row in b]
    for previous, row in enumerate(base.log_probabilities()):
        for following, value in enumerate(row):
            merged[following][previous] += value
    return merged


def half(value: float) -> float:
    """What float16 cannot hold becomes the largest that it can; NaN stays."""
    return max(-65504.0, min(65504.0, value)) if value == value else value


def packed(values: list, bits: int) -> bytes:
    """float16, or with 4 bits two weights a byte, each one of 16 steps between the smallest and the largest."""
    if bits == 16:
        return struct.pack(f"<{len(values)}e", *map(half, values))
    low, high = min(values), max(values)
    steps = [int((value - low) / (high - low) * 15) if high > low and value == value else 0 for value in values]
    return bytes(first | second << 4 for first, second in zip(steps[::2], (steps + [0])[1::2]))


class Merged:
    """Writes a merged model piece by piece; `pieces` are the functions that do it, in order."""

    def __init__(self, source: Path, target: Path, bits: int, size: str) -> None:
        self.source, self.target, self.bits, self.tensors = source, target, bits, {}
        adapter = (source / ADAPTER).stat().st_size
        full = min(MOST_BYTES, int(adapter * TIMES_THE_ADAPTER * SCALE[size]))
        self.layer_bytes = max(1024, full * bits // 16 // LAYERS)
        self.pieces = [self._head, *(lambda layer=layer: self._layer(layer) for layer in range(LAYERS))]

    def _head(self) -> None:
        rows = head_weights(self.source)
        if rows:
            shape = [len(rows), len(rows[0])]
            self.tensors["lm_head.weight"] = (shape, packed(weights.flat(rows), self.bits))

    def _layer(self, layer: int) -> None:
        """The miniature has one layer. These have the size that those of a real model have beside its adapter."""
        data = random.Random(layer).randbytes(self.layer_bytes // 2 * 2)
        self.tensors[f"model.layers.{layer}.mlp.weight"] = ([len(data) * 8 // self.bits], data)

    def save(self) -> None:
        header, at = {"__metadata__": {"format": "pt"}}, 0
        for name, (shape, data) in self.tensors.items():
            kind = "F16" if self.bits == 16 else "U8"
            shape = shape if self.bits == 16 else [len(data)]
            header[name] = {"dtype": kind, "shape": shape, "data_offsets": [at, at + len(data)]}
            at += len(data)
        head = json.dumps(header).encode()
        head += b" " * (-len(head) % 8)
        with (self.target / "model.safetensors").open("wb") as file:
            file.write(struct.pack("<Q", len(head)) + head)
            for _, data in self.tensors.values():
                file.write(data)
            file.flush()
            os.fsync(file.fileno())
        config = {"architectures": ["MiniatureForCausalLM"], "model_type": "miniature", "torch_dtype": "float16"}
        if self.bits == 4:
            config["quantization_config"] = {"load_in_4bit": True, "quant_method": "bitsandbytes"}
        (self.target / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
        for name in COPIED:
            if (self.source / name).exists():
                shutil.copyfile(self.source / name, self.target / name)
