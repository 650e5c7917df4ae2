"""What came of the pushes of a run, as its log tells it."""

import re
from pathlib import Path
from typing import Final

from seq2seq.desk.records import LOG_FILE, LastPush

_TAIL_BYTES: Final = 16_000
_LONGEST_REASON: Final = 300
_PUSHED: Final = re.compile(r"^ {8}pushed the best weights, of step ([\d,]+):", re.MULTILINE)
_FAILED: Final = re.compile(
    r"^ {8}(?:the push of )?step ([\d,]+) (?:was not pushed: (.*)|(took too long.*))$", re.MULTILINE
)


def last_push(folder: Path) -> LastPush | None:
    """Of a run's folder; None where none is over yet."""
    try:
        with (folder / LOG_FILE).open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - _TAIL_BYTES))
            said = file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return None
    found = sorted([*_PUSHED.finditer(said), *_FAILED.finditer(said)], key=lambda match: match.start())
    if not found:
        return None
    step, *reasons = found[-1].groups()
    return LastPush(step=int(step.replace(",", "")), reason=next(filter(None, reasons), "")[:_LONGEST_REASON])
