"""A process with the real `huggingface_hub`: does every case against ``HF_ENDPOINT`` and prints what came of it.

It does not wait when the client wants to wait before another try; it adds up the seconds instead.
"""

import json
import sys
import time
from pathlib import Path

import httpx2
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi
from huggingface_hub.errors import HfHubHTTPError
from stand_in_hub import EXPIRED_TOKEN, OTHER_TOKEN, READ_TOKEN, WRITE_TOKEN

FOLDER = Path(sys.argv[1])
WRITER, READER, OTHER = HfApi(token=WRITE_TOKEN), HfApi(token=READ_TOKEN), HfApi(token=OTHER_TOKEN)
STRANGER, EXPIRED = HfApi(token=False), HfApi(token=EXPIRED_TOKEN)


def pull(name, api=STRANGER, folder=None, **options):
    folder = Path(api.snapshot_download(name, local_dir=FOLDER / (folder or name), **options))
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and ".cache" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}


def push(name, files, api=WRITER, **options):
    changes = [
        CommitOperationDelete(path) if content is None else CommitOperationAdd(path, content)
        for path, content in files.items()
    ]
    return api.create_commit(name, changes, commit_message="push", **options).oid


def sizes(name, **options):
    return {
        line.rfilename: line.size
        for line in STRANGER.model_info(name, files_metadata=True, **options).siblings
    }


def one_file(name, path="config.json", api=STRANGER, **options):
    return Path(api.hf_hub_download(name, path, **options)).read_bytes().decode()


def push_a_folder():
    folder = FOLDER / "to-push"
    (folder / "voices").mkdir(parents=True)
    (folder / "README.md").write_text("---\nlicense: mit\n---\n# Hello\n")
    (folder / "model.safetensors").write_bytes(b"w" * 5000)
    (folder / "voices/ana.txt").write_text("hello")
    url = WRITER.create_repo("ana/pushed", private=True, exist_ok=True)
    again = WRITER.create_repo("ana/pushed", exist_ok=True)
    oid = WRITER.upload_folder(repo_id="ana/pushed", folder_path=folder).oid
    same = WRITER.upload_folder(repo_id="ana/pushed", folder_path=folder).oid
    return [url.repo_id, again.repo_id, oid, same, pull("ana/pushed", WRITER)]


def push_a_space():
    url = WRITER.create_repo("ana/page", repo_type="space", space_sdk="gradio")
    push("ana/page", {"app.py": b"print()"}, repo_type="space")
    return [
        url.repo_type,
        WRITER.space_info("ana/page").sdk,
        one_file("ana/page", "app.py", repo_type="space"),
    ]


def delete_and_look_back():
    first = WRITER.model_info("ana/changing").sha
    second = push("ana/changing", {"old/a": None, "old/b": b"new"}, parent_commit=first)
    titles = [line.title for line in WRITER.list_repo_commits("ana/changing")]
    main = WRITER.list_repo_refs("ana/changing").branches[0].target_commit
    folders = [line.path for line in STRANGER.list_repo_tree("ana/changing", recursive=True)]
    return [sizes("ana/changing", revision=first), sizes("ana/changing"), titles, main == second, folders]


def pull_into_a_full_folder():
    folder = FOLDER / "full"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    return Path(STRANGER.snapshot_download("ana/none", local_dir=folder)).name


CASES = {
    "sizes": lambda: sizes("ana/plain"),
    "pull": lambda: pull("ana/plain"),
    "pull some": lambda: pull("ana/plain", folder="some", allow_patterns=["*.json"]),
    "pull pages": lambda: pull("ana/many"),
    "pull a dataset": lambda: one_file("ana/text", "a.txt", repo_type="dataset"),
    "pull into a full folder": pull_into_a_full_folder,
    "whoami": lambda: [WRITER.whoami()["name"], READER.whoami()["auth"]["accessToken"]["role"]],
    "may write": lambda: WRITER.auth_check("ana/plain", write=True),
    "push a folder": push_a_folder,
    "push a space": push_a_space,
    "push to a team": lambda: WRITER.create_repo("team/new").repo_id,
    "delete": delete_and_look_back,
    "stale parent": lambda: push("ana/changing", {"x": b"x"}, parent_commit="0" * 40),
    "bad card": lambda: push("ana/changing", {"README.md": b"---\nlicense: mit\n"}),
    "no repository": lambda: STRANGER.model_info("ana/none"),
    "private": lambda: pull("ana/private"),
    "private for another": lambda: pull("ana/private", OTHER),
    "private for its owner": lambda: pull("ana/private", READER, folder="mine"),
    "gated": lambda: pull("ana/gated"),
    "gated for another": lambda: one_file("ana/gated", api=OTHER),
    "gated for the granted": lambda: one_file("ana/granted", api=OTHER),
    "gated check": lambda: STRANGER.auth_check("ana/gated"),
    "no revision": lambda: pull("ana/plain", revision="nowhere", folder="nowhere"),
    "no file": lambda: one_file("ana/plain", "nothing.txt"),
    "expired whoami": EXPIRED.whoami,
    "expired pull": lambda: pull("ana/plain", EXPIRED, folder="expired"),
    "expired push": lambda: push("ana/plain", {"x": b"x"}, EXPIRED),
    "read-only check": lambda: READER.auth_check("ana/plain", write=True),
    "read-only push": lambda: push("ana/plain", {"x": b"x"}, READER),
    "read-only create": lambda: READER.create_repo("ana/new"),
    "create elsewhere": lambda: OTHER.create_repo("ana/new"),
    "limited": lambda: pull("ana/limited"),
    "limited files": lambda: one_file("ana/limited-files"),
    "broken": lambda: pull("ana/broken"),
    "broken files": lambda: one_file("ana/broken-files"),
    "broken push": lambda: push("ana/broken", {"x": b"x"}),
    "healing": lambda: pull("ana/healing"),
    "truncated": lambda: pull("ana/truncated"),
    "truncated once": lambda: pull("ana/truncated-once"),
    "lying": lambda: [sizes("ana/lying"), pull("ana/lying")],
    "lying twice": lambda: pull("ana/lying-twice"),
    "hostile": lambda: pull("ana/hostile"),
    "silent": lambda: STRANGER.model_info("ana/silent", timeout=0.2),
    "newline": lambda: pull("ana/newline"),
    "slow": lambda: pull("ana/slow"),
    "push again": lambda: push("ana/cut", {"config.json": b"new", "model.safetensors": b"new"}),
}
"""What this process does when it is told a name."""


def run(case):
    waits, really_sleep, began = [], time.sleep, time.monotonic()
    time.sleep = waits.append
    told = {"result": None, "error": None, "status": None, "message": ""}
    try:
        told["result"] = case()
    except (OSError, ValueError, RuntimeError, httpx2.TransportError) as error:
        status = error.response.status_code if isinstance(error, HfHubHTTPError) else None
        told |= {"error": type(error).__name__, "message": str(error), "status": status}
    finally:
        time.sleep = really_sleep
    retries = [seconds for seconds in waits if seconds >= 1]  # the shorter ones are for locks and threads
    return told | {"retries": retries, "seconds": time.monotonic() - began}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(run(CASES[line.rstrip("\n")])), flush=True)
