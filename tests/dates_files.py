"""The bundled checkpoint of dates as the files of a repository on the Hub."""

from pathlib import Path

SOURCE = Path(__file__).parents[1] / "checkpoints" / "dates"
FILES = {
    path.relative_to(SOURCE).as_posix(): path.read_bytes()
    for path in SOURCE.rglob("*")
    if path.is_file() and path.name != "events.jsonl"
}
