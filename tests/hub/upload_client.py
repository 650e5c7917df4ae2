"""A process that uploads: reads a case as JSON from each line, does it, and writes what came of it as a line.

A case has a repository, files (name to a path here or, with ``text:`` before it, to its content), and may have what
`upload` takes besides, stop_after (bytes), ``plan`` to ask for the rights only, and ``wait`` for the client's own
pauses before another try, which are otherwise left out.
"""

import json
import sys
import time
from pathlib import Path

from huggingface_hub.utils import close_session

from seq2seq.errors import HubError
from seq2seq.hub import client, rights
from seq2seq.hub.rights import plan_upload
from seq2seq.hub.upload import upload

really_sleep = time.sleep


def content(told):
    return told.removeprefix("text:").encode() if told.startswith("text:") else Path(told)


def run(case):
    seen, waits, start = [], [], time.perf_counter()
    if not case.pop("wait", False):
        time.sleep = lambda seconds: waits.append(seconds) if seconds >= 1 else really_sleep(seconds)
    rights.PREFLIGHT_SECONDS = client.SILENCE_SECONDS = case.pop("patience", 10.0)
    close_session()  # the next one is made with this patience
    stop_after = case.pop("stop_after", None)
    try:
        if case.pop("plan", False):
            found = plan_upload(case.pop("repository"), **case)
            answer = {name: getattr(found, name) for name in ("user", "exists", "private", "commit")}
        else:
            files = {name: content(told) for name, told in case.pop("files").items()}
            made = upload(
                case.pop("repository"),
                files,
                message="push",
                progress=lambda done, total: seen.append((done, total)),
                should_stop=lambda: stop_after is not None and bool(seen) and seen[-1][0] >= stop_after,
                **case,
            )
            answer = {name: getattr(made, name) for name in made.__slots__}
    except HubError as problem:
        answer = {"key": problem.key, "message": str(problem)}
    finally:
        time.sleep = really_sleep
    return answer | {"progress": seen, "waits": waits, "seconds": time.perf_counter() - start}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)
