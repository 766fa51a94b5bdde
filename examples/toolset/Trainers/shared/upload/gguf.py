"""GGUF files, version 3: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md"""
from __future__ import annotations

import struct
from pathlib import Path

ALIGNMENT = 32
#: `general.file_type` of llama.cpp and bits a weight, by name.
KINDS = {"BF16": (32, 16.0), "F16": (1, 16.0), "Q8_0": (7, 8.5), "Q6_K": (18, 6.56), "Q5_K_M": (17, 5.7),
         "Q5_K_S": (16, 5.5), "Q4_K_M": (15, 4.85), "Q4_K_S": (14, 4.6), "Q3_K_M": (12, 3.9), "Q2_K": (10, 3.35)}
UINT32, STRING = 4, 8
#: The type of a tensor that is nothing but bytes.
I8 = 24
PIECES = 12


def string(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def header(name: str, file_type: int, count: int) -> bytes:
    """Metadata and one tensor of `count` bytes, padded to where its data begins."""
    pairs = [("general.architecture", STRING, string("miniature")), ("general.name", STRING, string(name)),
             ("general.file_type", UINT32, struct.pack("<I", file_type)),
             ("general.alignment", UINT32, struct.pack("<I", ALIGNMENT))]
    data = b"GGUF" + struct.pack("<IQQ", 3, 1, len(pairs))
    for key, kind, value in pairs:
        data += string(key) + struct.pack("<I", kind) + value
    data += string("model.weight") + struct.pack("<IQIQ", 1, count, I8, 0)
    return data + b"\0" * (-len(data) % ALIGNMENT)


def pieces(source: Path, target: Path, kind: str) -> list:
    """Functions that together write `target` from a model's weights, as many times smaller as the quantization is."""
    file_type, bits = KINDS[kind]
    weights = source.read_bytes()
    count = max(PIECES, int(len(weights) * bits / 16))

    def write(part: int) -> None:
        if part == 0:
            target.write_bytes(header(target.stem, file_type, count))
        with target.open("ab") as file:
            file.write(weights[count * part // PIECES:count * (part + 1) // PIECES])

    return [lambda part=part: write(part) for part in range(PIECES)]
