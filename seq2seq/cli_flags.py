"""Flags that several commands share: those of the hardware and of a test, and types of numbers."""

import argparse
from pathlib import Path
from typing import Final

from seq2seq.config import DEVICE_NAMES, PRECISION_NAMES

CHECKPOINT_HELP: Final = "a checkpoint's folder, or its name OWNER/NAME on the Hugging Face Hub"


def add_hardware(parser: argparse.ArgumentParser) -> None:
    """Flags for where and in which number format to compute."""
    parser.add_argument("--device", choices=DEVICE_NAMES, default="auto", help="where to compute")
    parser.add_argument(
        "--precision",
        choices=PRECISION_NAMES,
        default="auto",
        help="number format of products; auto takes bfloat16 where a probe finds it faster",
    )


def add_test(parser: argparse.ArgumentParser) -> None:
    """Flags for a test and its references."""
    parser.add_argument("--test", type=Path, required=True, help="tab-separated pairs, or the source side")
    parser.add_argument("--test-target", type=Path, help="target side, when --test is one of two files")
    parser.add_argument(
        "--reference", type=Path, nargs="+", action="extend", default=[], metavar="FILE",
        help="further references as plain text, a line for each of --test; the first takes the place of a "
        "missing target side",
    )  # fmt: skip


def count(word: str) -> int:
    """A whole number from 0, as the type of a flag."""
    number = int(word)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{number} is below 0")
    return number


def positive(word: str) -> int:
    """A whole number from 1, as the type of a flag."""
    number = int(word)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is below 1")
    return number
