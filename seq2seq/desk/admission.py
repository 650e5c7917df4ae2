"""What stands between a visitor's wish and a run: room under the quotas, and a folder put together whole."""

import errno
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from seq2seq.desk.new_run import NewRun, check_name, check_settings, write_data
from seq2seq.desk.quotas import MEGABYTE, Quotas
from seq2seq.desk.records import RunRecord, now
from seq2seq.desk.refusals import refusal
from seq2seq.desk.runs_folder import RunsFolder
from seq2seq.desk.supervisor import Supervisor


def check_room(supervisor: Supervisor, owned: int) -> None:
    """Refuse one more run of an owner who has so many, where a quota does not allow it.

    Raises:
        TrainingError: naming the quota.
    """
    quotas = supervisor.quotas
    if quotas.runs_of_owner and owned >= quotas.runs_of_owner:
        raise refusal("desk_many_runs", count=owned, limit=quotas.runs_of_owner)
    supervisor.check_queue()
    used = supervisor.runs.used_bytes() / MEGABYTE
    if quotas.disk_megabytes and used > quotas.disk_megabytes:
        raise refusal("desk_disk_quota", used=used, limit=quotas.disk_megabytes)


@contextmanager
def draft_run(runs: RunsFolder, new: NewRun, owner: str, quotas: Quotas) -> Iterator[tuple[Path, RunRecord]]:
    """A folder with the pairs of a new run, and its record; gone afterwards unless it was renamed.

    Raises:
        Seq2SeqError: for a name, settings, a base or pairs that cannot be, and for a full disk.
    """
    name, training = check_name(new.name), check_settings(new, quotas)
    run = secrets.token_hex(8)
    try:
        folder = runs.draft(run)
        written = write_data(new, folder, quotas)
        yield (
            folder,
            RunRecord(
                id=run,
                name=name,
                owner=owner,
                created=now(),
                queue_number=time.time_ns(),
                training_pairs=written.training_pairs,
                held_out_pairs=written.held_out_pairs,
                test_pairs=written.test_pairs,
                general_pairs=written.general_pairs,
                data_bytes=written.data_bytes,
                source_language=new.source_language,
                target_language=new.target_language,
                model=dict(new.model),
                training=training,
                base=str(new.base.resolve()) if new.base else "",
                probe=new.probe,
                embeddings={side: path.name for side, path in new.embeddings.items()},
                lesson=new.lesson,
                push=asdict(new.push) if new.push else {},
            ),
        )
    except OSError as problem:
        if problem.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise refusal("desk_disk_full") from problem
    finally:
        shutil.rmtree(runs.path / f".{run}.new", ignore_errors=True)
