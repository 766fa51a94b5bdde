"""Characters as tokens, and what the model sees of the text before a token."""
from __future__ import annotations

import string
import zlib

#: Index 0 ends a text, index 1 stands for every character that is not listed.
CHARACTERS = ["\0", "\x7f", "\n", " ", *string.ascii_lowercase, *string.ascii_uppercase, *string.digits,
              *".,:;/\"'{}[]_#-?!()"]
END, UNKNOWN = 0, 1
VOCABULARY = len(CHARACTERS)
#: Characters before the one to be predicted that the model sees.
CONTEXT = 6
#: It also sees which word the request begins with, as one of so many classes.
OPENINGS = 32
FEATURES = CONTEXT * VOCABULARY + OPENINGS

_INDEX = {character: index for index, character in enumerate(CHARACTERS)}


def encode(text: str) -> list:
    return [_INDEX.get(character, UNKNOWN) for character in text]


def tokens_of(prompt: str, completion: str, limit: int) -> list:
    """The completion as `(features, target)` pairs, its end included; at most `limit` of them.

    Features are the indices of the ones in a one-hot input: the nearest character first, the request's opening last.
    """
    words = prompt.split(None, 1)
    opening = CONTEXT * VOCABULARY + zlib.crc32(words[0].lower().encode()) % OPENINGS if words else FEATURES - 1
    before = ([END] * CONTEXT + encode(prompt[-CONTEXT:]) + encode("\n"))[-CONTEXT:]
    pairs = []
    for target in [*encode(completion), END][:limit]:
        features = tuple(place * VOCABULARY + before[-1 - place] for place in range(CONTEXT))
        pairs.append(((*features, opening), target))
        before = [*before[1:], target]
    return pairs
