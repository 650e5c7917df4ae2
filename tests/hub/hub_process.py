"""A process with the real client, which is told cases as lines of JSON and answers each with one."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


class HubProcess:
    """Use it in a ``with``; what it writes lies in its folder, also what it says on the standard error."""

    def __init__(self, hub, folder, program="upload_client.py", token=""):
        folder.mkdir(parents=True, exist_ok=True)
        self.said = folder / "standard error"
        self._said = self.said.open("wb")
        variables = hub.environment(folder / "hugging face", token)
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name(program))],
            env={**os.environ, **variables, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
        )

    def begin(self, **case):
        self.process.stdin.write(json.dumps(case) + "\n")
        self.process.stdin.flush()

    def answer(self):
        return json.loads(self.process.stdout.readline())

    def __call__(self, **case):
        self.begin(**case)
        return self.answer()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with self.process:
            self.process.stdin.close()
            try:
                self.process.wait(20)
            finally:
                self.process.kill()
        self._said.close()
