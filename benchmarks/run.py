"""Measure ours and, where installed, the peers, on the same data in the same run.

Writes ``benchmarks/results/<name>.json`` and a Markdown table beside it after every measurement, so a run
that is stopped leaves what it has. The peers' environments are made as ``benchmarks/peers/README.md`` says;
one that is not there is a line "not installed".
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.children import ChildError, run_child
from benchmarks.corpus import PieceFiles, prepare_pieces
from benchmarks.decoding import measure_decoding
from benchmarks.doctor import measure_doctor
from benchmarks.fine_tuning import measure_fine_tuning
from benchmarks.joeynmt import JOEYNMT
from benchmarks.limits import add_shares
from benchmarks.live_view import measure_live_view
from benchmarks.machine import describe_machine
from benchmarks.opennmt import OPENNMT
from benchmarks.ours import OURS, OURS_FEEDING
from benchmarks.page import measure_page
from benchmarks.settings import ROOT, Measurement, Settings
from benchmarks.systems import System
from benchmarks.table import render_results
from benchmarks.training import measure_quality, measure_throughput

RESULTS = ROOT / "benchmarks" / "results"
SYSTEMS = {system.key: system for system in (OURS, OURS_FEEDING, OPENNMT, JOEYNMT)}
DEFAULT_SYSTEMS = ("ours", "opennmt", "joeynmt")
MeasureSystem = Callable[[System, Settings, PieceFiles], list[Measurement]]
SYSTEM_MEASURES: dict[str, MeasureSystem] = {
    "training": measure_throughput,
    "quality": measure_quality,
}
APP_MEASURES: dict[str, tuple[Callable[[Settings], list[Measurement]], str]] = {
    "page": (measure_page, "page_answer"),
    "live": (measure_live_view, "live_first_picture"),
    "doctor": (measure_doctor, "doctor_seconds"),
    "tune": (measure_fine_tuning, "tune_better"),
}
"""What is measured of the app alone, and its first figure."""
ALL_MEASURES = ("machine", *SYSTEM_MEASURES, "decoding", *APP_MEASURES)
DEFAULT_MEASURES = ("machine", "training", "decoding", "page")


def main() -> None:
    """Run what is asked for, one thing at a time, and print the table."""
    options = build_parser().parse_args()
    given = {item.name: getattr(options, item.name) for item in fields(Settings) if item.name in options}
    settings = replace(Settings(), **given)
    results = Results(settings, options.name)
    if "machine" in options.measures:
        results.limits = measure_machine(settings)
    systems = [SYSTEMS[key] for key in options.systems]
    wanted = [name for name in SYSTEM_MEASURES if name in options.measures]
    if wanted or "decoding" in options.measures:
        files = prepare_pieces(settings)
        for name in wanted:
            for system in systems:
                results.add(measure_one(name, system, settings, files))
        if "decoding" in options.measures:
            for measured in measure_decoding(systems, settings, files):
                results.add(measured)
    for name in (name for name in APP_MEASURES if name in options.measures):
        results.add(measure_app(name, settings))
    print(render_results(results.to_json()))


def measure_one(name: str, system: System, settings: Settings, files: PieceFiles) -> list[Measurement]:
    """One measurement of one system; a system that is missing or fails leaves a note, never a figure."""
    if not system.installed:
        return [Measurement(system=system.name, measure=name, value=None, note="not installed")]
    print(f"{name}: {system.name} ...", file=sys.stderr, flush=True)
    try:
        return SYSTEM_MEASURES[name](system, settings, files)
    except ChildError as problem:
        return [Measurement(system=system.name, measure=name, value=None, note=f"failed: {problem}")]


def measure_app(name: str, settings: Settings) -> list[Measurement]:
    """Figures of our own app, or a note in the place of the first one."""
    measure, first = APP_MEASURES[name]
    print(f"{name} ...", file=sys.stderr, flush=True)
    try:
        return measure(settings)
    except (ChildError, TimeoutError) as problem:
        return [Measurement(system=OURS.name, measure=first, value=None, note=f"failed: {problem}")]


def measure_machine(settings: Settings) -> dict[str, float]:
    """The machine's limits, measured in a child with the threads of the settings."""
    output = settings.work / "machine.json"
    command = [sys.executable, "-m", "benchmarks.machine", str(output)]
    run_child(command, log=settings.work / "machine.log", environment=settings.environment())
    limits: dict[str, float] = json.loads(output.read_text(encoding="utf-8"))
    return limits


class Results:
    """What has been measured so far, written again after every addition."""

    def __init__(self, settings: Settings, name: str) -> None:
        self.settings = settings
        self.name = name
        self.limits: dict[str, float] = {}
        self.measurements: list[Measurement] = []
        self.date = datetime.now(UTC).isoformat(timespec="seconds")

    def add(self, measurements: list[Measurement]) -> None:
        """Keep measurements and write both files."""
        self.measurements += measurements
        RESULTS.mkdir(parents=True, exist_ok=True)
        values = self.to_json()
        path = RESULTS / f"{self.name}.json"
        path.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        path.with_suffix(".md").write_text(render_results(values), encoding="utf-8")

    def to_json(self) -> dict[str, Any]:
        """Everything: the machine, the versions, the command, the settings, the figures."""
        widths = {system.name: system.output_width for system in SYSTEMS.values()}
        figures = self.measurements + add_shares(self.measurements, self.limits, widths)
        machine = describe_machine()
        return {
            "date": self.date,
            "command": shlex.join(["python", "-m", "benchmarks.run", *sys.argv[1:]]),
            "commit": _commit(),
            "machine": machine,
            "versions": machine.pop("versions") | peer_versions(),
            "settings": {name: _plain(value) for name, value in asdict(self.settings).items()},
            "limits": self.limits,
            "measurements": [asdict(item) for item in figures],
        }


def peer_versions() -> dict[str, str]:
    """The peers' versions and their torch, as their own environments name them."""
    code = "import sys, importlib.metadata as m; print(*map(m.version, sys.argv[1:]))"
    versions = {}
    for system, package in ((OPENNMT, "OpenNMT-py"), (JOEYNMT, "joeynmt")):
        if not system.installed:
            versions[system.name] = "not installed"
            continue
        command = [str(system.python), "-c", code, package, "torch"]
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        versions[system.name] = f"{answer[0]} (torch {answer[1]})"
    return versions


def build_parser() -> argparse.ArgumentParser:
    """Flags follow the names of the settings."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--systems", nargs="+", choices=tuple(SYSTEMS), default=DEFAULT_SYSTEMS)
    parser.add_argument("--measures", nargs="+", choices=ALL_MEASURES, default=DEFAULT_MEASURES)
    parser.add_argument("--name", default="latest", help="name of the results' files")
    suppress = argparse.SUPPRESS
    for name in ("train", "validation", "test", "work", "checkpoint"):
        parser.add_argument(f"--{name}", type=Path, default=suppress)
    for name in ("threads", "sentences", "batch_sentences", "repeats", "warmup_reports"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=suppress)
    parser.add_argument("--training-seconds", type=float, default=suppress, help="window of a rate")
    parser.add_argument("--quality-minutes", type=_minutes, default=suppress, help="such as 5,10,20")
    parser.add_argument("--wait-policy", default=suppress, help="OMP_WAIT_POLICY of all children")
    return parser


def _minutes(text: str) -> tuple[float, ...]:
    return tuple(sorted(float(part) for part in text.split(",")))


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


def _plain(value: object) -> object:
    """A setting as JSON holds it; paths as seen from the checkout, so that no machine's own are published."""
    return os.path.relpath(value, ROOT) if isinstance(value, Path) else value


if __name__ == "__main__":
    main()
