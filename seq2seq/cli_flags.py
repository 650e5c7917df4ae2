"""Flags that several commands share: one for every setting of a config, and those of the hardware."""

import argparse
from pathlib import Path
from typing import Any

from seq2seq.config import DEVICE_NAMES, PRECISION_NAMES, ModelConfig, TrainingConfig
from seq2seq.options import DecodingOptions
from seq2seq.settings import Setting

ConfigClass = type[ModelConfig] | type[TrainingConfig] | type[DecodingOptions]


def add_hardware(parser: argparse.ArgumentParser) -> None:
    """Flags for where and in which number format to compute."""
    parser.add_argument("--device", choices=DEVICE_NAMES, default="auto", help="where to compute")
    parser.add_argument(
        "--precision",
        choices=PRECISION_NAMES,
        default="auto",
        help="number format of products; auto takes bfloat16 where a probe finds it faster",
    )


def add_settings(group: "argparse._ArgumentGroup", config: ConfigClass) -> None:
    """A flag for every setting of a config."""
    for setting in config.settings():
        group.add_argument(f"--{setting.name.replace('_', '-')}", **_flag(setting))


def _flag(setting: Setting) -> dict[str, Any]:
    description = f"{setting.help} Default: {setting.default}{f' {setting.unit}' if setting.unit else ''}."
    common = {"default": argparse.SUPPRESS, "help": description.replace("%", "%%")}
    if setting.type is bool:
        return {**common, "action": argparse.BooleanOptionalAction}
    if setting.choices:
        return {**common, "choices": setting.choices}
    return {**common, "type": setting.type, "metavar": setting.type.__name__.upper()}


def given_settings(options: argparse.Namespace, config: ConfigClass) -> dict[str, Any]:
    """Only the settings that stand on the command line."""
    return {s.name: getattr(options, s.name) for s in config.settings() if hasattr(options, s.name)}


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
