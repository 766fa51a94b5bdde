"""The plain way to a run's figures: each line through json.loads into a dict by step. Prints the milliseconds it took."""

import json
import sys
import time

start = time.perf_counter()
entries = {}
with open(sys.argv[1], encoding="utf-8") as log:
    for line in log:
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            continue
        entries[entry["step"]] = entry
figures = [entries[int(step)] for step in sys.argv[2:]]
print((time.perf_counter() - start) * 1000)
