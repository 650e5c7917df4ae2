"""From what a person calls a checkpoint to its folder: a path, a bundled one, a run, or one that was pulled."""

from pathlib import Path
from typing import Final

from seq2seq.checkpoints import CONFIG_FILE
from seq2seq.desk.records import CHECKPOINT_FOLDER, read_records
from seq2seq.home import default_home
from seq2seq.hub.locate import find_pulled
from seq2seq.publishing.refusals import refusal

BUNDLED: Final = Path(__file__).resolve().parents[2] / "checkpoints"


def find_checkpoint(text: str, home: Path | None = None) -> Path:
    """The folder of the checkpoint that is meant.

    Args:
        text: a folder, of a checkpoint or of a run of the Train tab; the name of a bundled checkpoint; the id or
            the name of a run, the newest of that name; or ``OWNER/NAME`` of one that was pulled.
        home: where runs lie; by default `default_home`.

    Raises:
        HubError: when there is none.
    """
    candidates = [Path(text), BUNDLED / text, *_runs(text, (home or default_home()) / "runs")]
    if (pulled := find_pulled(text)) is not None:
        candidates.append(pulled.folder)
    for folder in candidates:
        for place in (folder, folder / CHECKPOINT_FOLDER):
            if (place / CONFIG_FILE).is_file():
                return place
    raise refusal("publish_nothing", name=text[:100])


def _runs(text: str, root: Path) -> list[Path]:
    records = read_records(root) if root.is_dir() else {}
    found = [record for record in records.values() if text in (record.id, record.name)]
    newest_first = sorted(found, key=lambda record: (record.created, record.queue_number), reverse=True)
    return [root / record.id for record in newest_first]
