"""A stand-in for nvidia-smi on a machine without an NVIDIA card: one card whose figures are made up from which trainings
run. Its name says what it is, wherever it is shown. It answers the two questions that the bot asks, once or in a loop.

    stand_in_nvidia_smi.py JOBS_DIR --query-gpu=… | --query-compute-apps=… --format=csv,noheader,nounits [--loop-ms=N]
"""

import math
import subprocess
import sys
import time

NAME = "Stand-in, no real card"
UUID = "GPU-00000000-5a5d-4b0c-0000-000000000000"
TOTAL_MIB = 24576
IDLE = {"use": 0, "heat": 36.0, "power": 22.0, "mib": 410}
# A card warms up and cools down by this part of the way in a second.
WARMTH = 0.02


def trainings(jobs_dir):
    """Pids and ages of the programs that the wrappers of jobs in this folder run: nobody else's trainings count."""
    listed = subprocess.run(
        ["ps", "-axww", "-o", "pid=,ppid=,etime=,args="], capture_output=True, text=True, check=False
    ).stdout
    rows = [line.split(None, 3) for line in listed.splitlines()]
    rows = [row for row in rows if len(row) == 4]
    wrappers = {pid for pid, _, _, args in rows if "tuner-bot-job" in args and jobs_dir in args}
    return [
        (int(pid), seconds(age), args.split()[0])
        for pid, parent, age, args in rows
        if parent in wrappers and pid not in wrappers and ("train_" in args or "main.py" in args)
    ]


def seconds(etime):
    """`[[dd-]hh:]mm:ss` as ps writes it."""
    days, _, clock = etime.rpartition("-")
    total = 0
    for part in clock.split(":"):
        total = total * 60 + int(part)
    return total + 86400 * int(days or 0)


def held_mib(age):
    """A model that is loaded, then activations."""
    return int(min(age, 8) / 8 * 7400 + (1900 if age > 6 else 0))


def card(running, before):
    busy = len(running) > 0
    age = max((age for _, age, _ in running), default=0)
    use = min(99, round(93 + 4 * math.sin(time.time() / 7))) if age > 3 else (14 if busy else 0)
    heat_goal = 66 + 5 * len(running) if busy else IDLE["heat"]
    elapsed = time.time() - before["at"]
    heat = heat_goal + (before["heat"] - heat_goal) * (1 - WARMTH) ** elapsed
    power = IDLE["power"] + use / 100 * (290 + 6 * math.sin(time.time() / 5))
    mib = IDLE["mib"] + sum(held_mib(age) for _, age, _ in running)
    line = f"0, {UUID}, {min(mib, TOTAL_MIB)}, {TOTAL_MIB}, {use}, {round(heat)}, {power:.2f}, 350.00, {NAME}"
    return line, {"at": time.time(), "heat": heat}


def main(jobs_dir, *arguments):
    question = next((argument for argument in arguments if argument.startswith("--query-")), "")
    pause = next((int(argument[10:]) / 1000 for argument in arguments if argument.startswith("--loop-ms=")), None)
    before = {"at": time.time(), "heat": IDLE["heat"]}
    while True:
        running = trainings(jobs_dir)
        if question.startswith("--query-gpu"):
            line, before = card(running, before)
            print(line, flush=True)
        else:
            for pid, age, name in running:
                print(f"{pid}, {name}, {held_mib(age)}, {UUID}", flush=True)
        if pause is None:
            return
        time.sleep(pause)


if __name__ == "__main__":
    main(*sys.argv[1:])
