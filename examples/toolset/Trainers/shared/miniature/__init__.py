"""A language model small enough to be fine-tuned in half a minute with Python's standard library alone.

Shared by the trainers. `model` and `losses` learn; `run` drives a training; `files` writes what a trainer leaves behind.
"""
