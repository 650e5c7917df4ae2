"""A cleaned copy of a visitor's data, and beside it every row that is not in it, with the reason."""

import csv
import zipfile
from collections.abc import Collection
from typing import Final

from seq2seq.doctor.cleaning import CopyCounts, clean, write_copy
from seq2seq.doctor.findings import DROPPABLE_KINDS
from seq2seq.errors import Seq2SeqError
from seq2seq.evaluation.tables import BYTE_ORDER_MARK, safe_cell
from seq2seq.ui.downloads import new_file
from seq2seq.ui.strings import text
from seq2seq.ui.train_data import DataSession

NO_PAIR: Final = "empty"
"""Rows that no training can use, whatever is chosen."""
CLEANED_FILE: Final = "cleaned.tsv"
LEFT_OUT_FILE: Final = "left_out.csv"
COLUMNS: Final = ("row", "reason", "source", "target")


def pack_cleaned(session: DataSession, drop: Collection[str] | None, language: str) -> str | None:
    """Path of a zip archive with the pairs that are kept and a table of the rows that are not.

    None before the data were examined, and where they cannot be read any more.
    """
    table, columns, report = session.table, session.columns, session.report
    if table is None or columns is None or report is None:
        return None
    wanted = {kind for kind in drop or () if kind in DROPPABLE_KINDS} | {NO_PAIR}
    path, counts = new_file("cleaned.zip"), CopyCounts()
    kept, left = path.with_name(CLEANED_FILE), path.with_name(LEFT_OUT_FILE)
    try:
        with left.open("w", encoding="utf-8", newline="") as file:
            file.write(BYTE_ORDER_MARK)
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)

            def tell(row: int, kind: str, source: str, target: str) -> None:
                reason = text(f"view_finding_{kind}", language)
                writer.writerow([row, *map(safe_cell, (reason, source, target))])

            rows = table.iter_pairs(*columns)
            pairs = clean(rows, report, wanted, checks=session.checks, counts=counts, tell=tell)
            write_copy(pairs, kept, counts)
    except Seq2SeqError:
        return None
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in (kept, left):
            archive.write(part, part.name)
            part.unlink()
    return str(path)
