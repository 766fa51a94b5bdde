"""The plain way to a run's figures: every line through json.loads into a dict by step."""

import json
import sys

entries = {}
with open(sys.argv[1], encoding="utf-8") as log:
    for line in log:
        line = line.strip()
        if not line:
            continue
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            continue
        if "step" in entry:
            entries[entry["step"]] = entry

for step in map(int, sys.argv[2:]):
    print(json.dumps(entries.get(step)))
