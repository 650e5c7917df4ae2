"""What the settings become that the form of the Train tab leaves open, and how their controls say it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seq2seq.checkpoints import read_info
from seq2seq.errors import Seq2SeqError
from seq2seq.settings import Setting
from seq2seq.training.beginnings import settings_of_start
from seq2seq.ui.train_data import DataSession
from seq2seq.ui.train_handlers import PRESETS, SETTINGS, usual_settings


def open_settings(
    data: DataSession, preset: str | None, base: Path | None, *, fine_tuning: bool
) -> dict[str, Any]:
    """The value of every setting, by name, of a run whose form has none filled in.

    The program's defaults, where the preset does not fit the data or the checkpoint cannot be read: such a run
    is refused with the reason when it is to start.
    """
    values = {name: setting.default for name, setting in SETTINGS.items()}
    if preset not in PRESETS:
        return values
    try:
        model, training = usual_settings(data, preset, fine_tuning=fine_tuning)
        network, inherited = settings_of_start(read_info(base)) if base is not None else ({}, {})
    except Seq2SeqError:
        return values
    return {**values, **network, **inherited, **model, **training}


def is_chosen(setting: Setting) -> bool:
    """Whether a setting is chosen from a list, and not typed."""
    return setting.type is bool or bool(setting.choices)


def shown_open(setting: Setting, value: Any) -> Mapping[str, Any]:
    """The properties by which an empty control shows what it leaves open: in grey, or in brackets in a list."""
    if not is_chosen(setting):
        return {"placeholder": f"{value:g}"}
    names = ("true", "false") if setting.type is bool else setting.choices
    left_open = str(value).lower() if setting.type is bool else value
    return {"choices": [(f"({left_open})", ""), *((name, name) for name in names)]}
