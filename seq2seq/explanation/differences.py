"""Where two translations differ, word by word or token by token."""

from collections.abc import Hashable, Sequence

from seq2seq.explanation.words import Word

Marks = tuple[bool, ...]


def mark_differences(left: Sequence[Hashable], right: Sequence[Hashable]) -> tuple[Marks, Marks]:
    """For each word of both sides whether the other side lacks it at that place.

    The unmarked words of both sides are the same, in the same order, and as many as can be: a longest common
    subsequence (Wagner and Fischer 1974).
    """
    lengths = _common_lengths(left, right)
    left_marks, right_marks = [True] * len(left), [True] * len(right)
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] == right[j]:
            left_marks[i] = right_marks[j] = False
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
    return tuple(left_marks), tuple(right_marks)


def _common_lengths(left: Sequence[Hashable], right: Sequence[Hashable]) -> list[list[int]]:
    """At [i][j] the length of the longest common subsequence of what follows i on the left and j on the right."""
    lengths = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in range(len(left) - 1, -1, -1):
        row, below = lengths[i], lengths[i + 1]
        for j in range(len(right) - 1, -1, -1):
            row[j] = 1 + below[j + 1] if left[i] == right[j] else max(below[j], row[j + 1])
    return lengths


def marks_of_tokens(words: Sequence[Word], marks: Marks) -> list[bool]:
    """The mark of each token: that of its word."""
    return [mark for word, mark in zip(words, marks, strict=True) for _ in range(word.start, word.end)]
