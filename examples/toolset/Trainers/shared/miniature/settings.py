"""Reads a trainer's config file: the part of YAML that configs use, since PyYAML is not in the standard library."""
from __future__ import annotations

import re
from pathlib import Path

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$")


def scalar(text: str):
    """A YAML scalar. `1e-6` is a number (YAML 1.2), unlike in PyYAML."""
    text = text.strip()
    if text[:1] in "'\"" and text[-1:] == text[:1] and len(text) > 1:
        return text[1:-1]
    if text in ("", "~", "null", "Null"):
        return None
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if text.startswith("[") and text.endswith("]"):
        return [scalar(part) for part in text[1:-1].split(",") if part.strip()]
    if _NUMBER.match(text):
        return int(text) if re.fullmatch(r"[-+]?\d+", text) else float(text)
    return text


def without_comment(line: str) -> str:
    quoted = ""
    for at, character in enumerate(line):
        if quoted:
            quoted = "" if character == quoted else quoted
        elif character in "'\"" and line[:at].rstrip()[-1:] in (":", "[", ",", "-"):
            quoted = character
        elif character == "#" and (at == 0 or line[at - 1].isspace()):
            return line[:at].rstrip()
    return line.rstrip()


def parse(text: str) -> dict:
    """Nested mappings by indentation; scalars, quotes, comments, `[a, b]`. Raises ValueError for anything else."""
    root: dict = {}
    levels = [(-1, root)]
    for number, line in enumerate(text.splitlines(), 1):
        line = without_comment(line)
        if not line.strip() or line.strip() == "---":
            continue
        indent = len(line) - len(line.lstrip(" "))
        key, colon, value = line.strip().partition(":")
        if not colon or (value and not value.startswith(" ")) or key.startswith("- "):
            raise ValueError(f"line {number}: expected `key: value`, found {line.strip()!r}")
        while levels[-1][0] >= indent:
            levels.pop()
        if value.strip():
            levels[-1][1][scalar(key)] = scalar(value)
        else:
            levels[-1][1][scalar(key)] = child = {}
            levels.append((indent, child))
    return root


class Settings:
    """Config values by dotted path; a flag of the command line wins over the file."""

    def __init__(self, path: Path) -> None:
        self.path, self.values = path, parse(path.read_text(encoding="utf-8"))

    def get(self, at: str, default=None):
        value = self.values
        for key in at.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        return default if value is None or value == {} else value

    def set(self, at: str, value) -> None:
        """Nothing happens for None: the flag was not given."""
        if value is None:
            return
        *path, last = at.split(".")
        place = self.values
        for key in path:
            place = place.setdefault(key, {})
        place[last] = value

    def number(self, at: str, default: float) -> float:
        return float(self.get(at, default))

    def integer(self, at: str, default: int) -> int:
        return int(float(self.get(at, default)))
