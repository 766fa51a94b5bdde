"""The plain way to a toolset's runs, newest first: pathlib's iterdir, stat and exists. Prints the milliseconds it took, and how many."""

import sys
import time
from pathlib import Path

start = time.perf_counter()
runs = []
for folder in Path(sys.argv[1]).iterdir():
    if not folder.is_dir():
        continue
    checkpoints = folder / "checkpoints"
    if (folder / "final_model").exists() or (checkpoints.exists() and any(checkpoints.iterdir())):
        runs.append(folder)
runs.sort(key=lambda run: run.stat().st_mtime, reverse=True)
print((time.perf_counter() - start) * 1000, len(runs))
