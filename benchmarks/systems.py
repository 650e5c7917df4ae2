"""What a measured system is: how it is started, and where it leaves its figures and its models."""

import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import PieceFiles
from benchmarks.settings import Settings

TRAINING_LOG = "train.log"


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One system.

    Attributes:
        name: as the table shows it.
        key: name of its folder and on the command line.
        python: the interpreter of its environment.
        decoder: module that times its decoding there.
        output_width: width F of what its output layer reads, for the count of operations.
        reads_pieces: whether it is given pieces (peers) or plain text (ours, which tokenizes by itself).
        extra_environment: variables it needs.
        prepare_training: writes what is needed into a folder and gives the command; the last argument is the
            length of the run in minutes, or None for a run that we stop.
        read_rates: target tokens a second, as reported so far by the run in a folder.
        find_checkpoints: the models in a folder, oldest first.
    """

    name: str
    key: str
    python: Path
    decoder: str
    output_width: int
    reads_pieces: bool
    extra_environment: Mapping[str, str]
    prepare_training: Callable[[Settings, PieceFiles, Path, float | None], list[str]]
    read_rates: Callable[[Path], list[float]]
    find_checkpoints: Callable[[Path], list[Path]]

    @property
    def installed(self) -> bool:
        """Whether its environment is there."""
        return self.python.exists()

    def environment(self, settings: Settings) -> dict[str, str]:
        """The variables of its processes."""
        return settings.environment() | dict(self.extra_environment)

    def folder(self, settings: Settings, purpose: str) -> Path:
        """Its folder for a measurement."""
        return settings.work / self.key / purpose


def whole_models(paths: Iterable[Path]) -> list[Path]:
    """Those of torch's files that are complete, oldest first; one still being written has no directory."""
    return sorted(filter(zipfile.is_zipfile, paths), key=lambda path: path.stat().st_mtime)


def read_log(folder: Path) -> list[str]:
    """The lines of a training run's log so far."""
    path = folder / TRAINING_LOG
    return path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
