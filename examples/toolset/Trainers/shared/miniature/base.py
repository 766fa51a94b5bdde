"""The frozen base model: which character follows which, counted once in a few English sentences."""
from __future__ import annotations

import math

from . import text

#: Its whole 'pre-training' corpus.
CORPUS = """The lighthouse keeper wrote down the weather every evening. On Monday the wind came from the west, and by noon
the boats had returned to the harbour. She asked whether anyone had seen the grey cat; nobody had. "Look in the cellar,"
said the baker, "it likes the warm wall behind the oven." There were 12 loaves on the shelf, 3 of them burnt.
I am sorry, I cannot say when the train leaves. Maybe it will leave later; perhaps it has left already. You could ask at
the station, or read the notice near the door. What do you think about that? Who knows, the answer may surprise us all!
After the rain they walked home along the river, past the mill and the old stone bridge, talking about the summer.
"""
#: Added to every count, so that no character is impossible.
SMOOTHING = 0.1


def log_probabilities() -> list:
    """`table[previous][next]`: natural logarithms; each row sums to one as probabilities."""
    counts = [[SMOOTHING] * text.VOCABULARY for _ in range(text.VOCABULARY)]
    encoded = [text.END, *text.encode(CORPUS), text.END]
    for previous, following in zip(encoded, encoded[1:]):
        counts[previous][following] += 1
    return [[math.log(count / sum(row)) for count in row] for row in counts]
