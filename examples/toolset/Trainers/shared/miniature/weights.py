"""Files of numbers: safetensors, npz, and a ZIP file for the optimizer's state."""
from __future__ import annotations

import ast
import json
import os
import struct
import sys
import zipfile
from array import array
from pathlib import Path


def _little(values, code: str) -> bytes:
    packed = array(code, values)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def _floats(data: bytes, code: str) -> array:
    packed = array(code)
    packed.frombytes(data)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed


def flat(rows: list) -> list:
    return [value for row in rows for value in row]


def _single(value: float) -> float:
    """What float32 cannot hold becomes infinite, as in a real save."""
    if abs(value) > 3.4028234e38:
        return float("inf") if value > 0 else float("-inf")
    return value


def folded(values, width: int) -> list:
    return [list(values[at:at + width]) for at in range(0, len(values), width)]


def write_safetensors(path: Path, tensors: dict) -> None:
    """`tensors`: name → rows of one width, stored as F32. Format: github.com/huggingface/safetensors, "Format"."""
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, rows in tensors.items():
        packed = _little([_single(value) for value in flat(rows)], "f")
        header[name] = {"dtype": "F32", "shape": [len(rows), len(rows[0])],
                        "data_offsets": [len(data), len(data) + len(packed)]}
        data += packed
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)
        file.flush()
        os.fsync(file.fileno())


def read_safetensors(path: Path) -> dict:
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header, body = json.loads(data[8:8 + length]), data[8 + length:]
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            if end > len(body):
                raise ValueError(f"SafetensorError: Error while deserializing {path.name}: incomplete file")
            tensors[name] = folded(_floats(body[start:end], "f"), entry["shape"][1])
    return tensors


def write_npz(path: Path, arrays: dict) -> None:
    """A ZIP of .npy files of float64, as numpy.savez: numpy.org/doc/stable/reference/generated/numpy.lib.format.html."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, rows in arrays.items():
            head = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({len(rows)}, {len(rows[0])}), }}"
            head += " " * (-(len(head) + 11) % 64) + "\n"
            npy = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode("latin1")
            archive.writestr(f"{name}.npy", npy + _little(flat(rows), "d"))


def read_npz(path: Path) -> dict:
    """What `write_npz` wrote. Raises zipfile.BadZipFile for a file cut short."""
    arrays = {}
    with zipfile.ZipFile(path) as archive:
        for entry in archive.namelist():
            data = archive.read(entry)
            (length,) = struct.unpack("<H", data[8:10])
            shape = ast.literal_eval(data[10:10 + length].decode("latin1").strip())["shape"]
            arrays[entry[:-len(".npy")]] = folded(_floats(data[10 + length:], "d"), shape[1])
    return arrays
