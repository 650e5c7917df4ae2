"""Stands in for ``python -m seq2seq train``: no torch, the same files and signals; ``--probe`` says what to do."""

import argparse
import json
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

STARTED = {
    **{"parameters": 5, "training_pairs": 3, "dropped_pairs": 0, "validation_pairs": 2},
    **{"device": "cpu", "precision": "float32"},
}
STEP = {
    **{"epoch": 0.5, "loss": 2.0, "learning_rate": 0.1, "gradient_norm": 1.0, "tokens_per_second": 9.0},
    **{"progress": 0.5, "seconds_left": 4.0},
}
VALIDATED = {"epoch": 0.5, "loss": 2.5, "bleu": 7.0, "chrf": 9.0, "best": True, "samples": [], "seconds": 0.1}
ESTIMATE = {
    **{"parameters": 5, "memory_bytes": 6, "disk_bytes": 7, "training_pairs": 3, "dropped_pairs": 0},
    **{"validation_pairs": 2, "steps": 60, "seconds": 8.0, "preparation_seconds": 1.0, "step_seconds": 0.1},
    **{"validation_seconds": 1.0, "tokens_per_second": 9.0},
}


class FakeRun:
    def __init__(self, folder):
        self.folder, self.step, self.asked = folder, 0, []
        folder.mkdir(exist_ok=True)

    def tell(self, kind, **values):
        with (self.folder / "events.jsonl").open("a") as file:
            file.write(json.dumps({"type": kind, "step": self.step, **values}) + "\n")

    def start(self):
        self.tell("RunStarted", **STARTED, time=datetime.now(UTC).isoformat(timespec="seconds"))

    def train(self, steps):
        for _ in range(steps):
            self.step += 1
            self.tell("StepDone", **STEP)

    def validate(self):
        self.tell("Validated", **VALIDATED)
        (self.folder / "model.safetensors").touch()
        self.tell("CheckpointSaved", metric="bleu", value=7.0)

    def end(self, reason, message):
        self.tell("RunEnded", reason=reason, message=message)
        return 0


def finish(run):
    run.train(3)
    run.validate()
    return run.end("epochs", "All 2 epochs are done.")


def early(run):
    run.train(3)
    run.validate()
    return run.end("patience", "bleu has not improved in 2 validations.")


def wait(run):
    run.train(2)
    run.validate()
    while not run.asked:
        time.sleep(0.01)
    return run.end("stopped", "The run was asked to stop; it can be resumed.")


def stubborn(run):
    run.train(2)
    while True:
        time.sleep(0.05)


def crash(run):
    run.train(1)
    raise RuntimeError("the sky fell")


def mend(run):
    print(f"error: {run.folder} is no place for a run.", file=sys.stderr)
    return 2


def full(run):
    print(f"error: The disk is full: {run.folder} cannot grow.", file=sys.stderr)
    return 2


def chatter(run):
    print("many words\n" * 200_000)
    return wait(run)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--probe", default="finish")
    parser.add_argument("--estimate", action="store_true")
    options, _ = parser.parse_known_args()
    if options.estimate:
        time.sleep(60 * (options.probe == "stubborn"))
        print(json.dumps(ESTIMATE))
        return mend(FakeRun(options.output)) if options.probe == "mend" else 0
    run = FakeRun(options.output)
    signal.signal(signal.SIGTERM, lambda *_: options.probe == "stubborn" or run.asked.append(True))
    run.start()
    return globals()[options.probe](run)


if __name__ == "__main__":
    sys.exit(main())
