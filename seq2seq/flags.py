"""Settings as flags of the command line, both ways: a flag for every setting, and the flags of given settings."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from seq2seq.config import ModelConfig, TrainingConfig
from seq2seq.options import DecodingOptions
from seq2seq.settings import Setting

ConfigClass = type[ModelConfig] | type[TrainingConfig] | type[DecodingOptions]


def add_settings(group: "argparse._ArgumentGroup", config: ConfigClass) -> None:
    """Give a group of the parser a flag for every setting of a config."""
    for setting in config.settings():
        group.add_argument(f"--{_hyphenated(setting.name)}", **_flag(setting))


def given_settings(options: argparse.Namespace, config: ConfigClass) -> dict[str, Any]:
    """Only the settings that stand on the command line."""
    return {s.name: getattr(options, s.name) for s in config.settings() if hasattr(options, s.name)}


def settings_of(flags: Sequence[str], config: ConfigClass) -> dict[str, Any]:
    """The settings of a config that flags give; other flags are passed over."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    add_settings(parser.add_argument_group(), config)
    return given_settings(parser.parse_known_args(flags)[0], config)


def flags_of(values: Mapping[str, Any]) -> list[str]:
    """The flags that give these settings, one argument each, so that no value can be taken for another flag."""
    flags = []
    for name, value in values.items():
        if isinstance(value, bool):
            flags.append(f"--{'' if value else 'no-'}{_hyphenated(name)}")
        else:
            flags.append(f"--{_hyphenated(name)}={value}")
    return flags


def _hyphenated(name: str) -> str:
    return name.replace("_", "-")


def _flag(setting: Setting) -> dict[str, Any]:
    description = f"{setting.help} Default: {setting.default}{f' {setting.unit}' if setting.unit else ''}."
    common = {"default": argparse.SUPPRESS, "help": description.replace("%", "%%")}
    if setting.type is bool:
        return {**common, "action": argparse.BooleanOptionalAction}
    if setting.choices:
        return {**common, "choices": setting.choices}
    return {**common, "type": setting.type, "metavar": setting.type.__name__.upper()}
