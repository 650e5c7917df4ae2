"""References of random words, and outputs of a system that gets some of them wrong."""

import random

WORDS = [
    "the",
    "cat",
    "a",
    "dog",
    "runs",
    "sits",
    "here",
    "there",
    "fast",
    "slowly",
    "and",
    "or",
    "house",
    "tree",
]


def noisy_test(sentences=60, *, noise=0.3, seed=1):
    """References, and translations in which some words are wrong."""
    generator = random.Random(seed)  # noqa: S311 - no secret
    references, texts = [], []
    for _ in range(sentences):
        words = generator.choices(WORDS, k=generator.randint(4, 12))
        references.append([" ".join(words)])
        texts.append(" ".join("wrong" if generator.random() < noise else word for word in words))
    return texts, references
