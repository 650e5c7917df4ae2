"""The data doctor: seconds and peak memory of reading and checking a million generated pairs of TSV.

Run as a child: ``python -m benchmarks.doctor FILE OUT`` checks a file and writes its figures.
"""

import json
import random
import resource
import sys
import time
from pathlib import Path
from typing import Final

from benchmarks.children import run_child
from benchmarks.settings import Measurement, Settings

PAIRS: Final = 1_000_000
WORDS: Final = 50_000
SYSTEM: Final = "ours"


def measure_doctor(settings: Settings) -> list[Measurement]:
    """Figures of a million pairs with the languages, scripts and leaks checked, in a process of their own.

    Raises:
        ChildError: when it fails.
    """
    data, output = settings.work / "doctor.en-fr.tsv", settings.work / "doctor.json"
    settings.work.mkdir(parents=True, exist_ok=True)
    write_pairs(data)
    command = [sys.executable, "-m", "benchmarks.doctor", str(data), str(output)]
    run_child(command, log=settings.work / "doctor.log", environment=settings.environment())
    figures = json.loads(output.read_text(encoding="utf-8"))
    data.unlink()
    return [Measurement(system=SYSTEM, measure=name, value=value) for name, value in figures.items()]


def write_pairs(path: Path, pairs: int = PAIRS, seed: int = 1) -> None:
    """Pairs of 3 to 20 made-up words a side, common words more often, accents in the target."""
    chance = random.Random(seed)  # noqa: S311 - made-up text, no secret
    letters = "etaoinshrdlucmfwyp"
    words = ["".join(chance.choices(letters, k=chance.randint(2, 9))) for _ in range(WORDS)]
    accented = [word.replace("e", "é", 1) for word in words]
    weights = [1 / rank for rank in range(1, WORDS + 1)]
    drawn = iter(chance.choices(range(WORDS), weights, k=25 * pairs))
    with path.open("w", encoding="utf-8") as file:
        for _ in range(pairs):
            numbers = [next(drawn) for _ in range(chance.randint(3, 20))]
            target = [accented[number] for number in numbers[::-1]]
            file.write(f"{' '.join(words[number] for number in numbers)}.\t{' '.join(target)}.\n")


def check_file(path: Path) -> dict[str, float]:
    """Seconds from the file to its report, its first rows used as a test set, and peak memory in MB."""
    from itertools import islice

    from seq2seq.doctor.examination import collect_tested, examine
    from seq2seq.doctor.findings import Checks
    from seq2seq.doctor.reading import read_table

    start = time.perf_counter()
    table = read_table(path)
    tested = collect_tested(islice(table.iter_pairs(*table.columns), 10_000))
    examine(
        table.iter_pairs(*table.columns), Checks(source_language="en", target_language="fr"), tested=tested
    )
    seconds = time.perf_counter() - start
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"doctor_seconds": seconds, "doctor_memory": kilobytes / 1000}


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(check_file(Path(sys.argv[1]))), encoding="utf-8")
