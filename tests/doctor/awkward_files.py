"""Awkward files of parallel text, made on the spot in every format."""

import csv
import gzip
import io
import json
import zipfile
from xml.sax.saxutils import escape

from openpyxl import Workbook

from seq2seq.doctor.reading import read_table


def as_tsv(pairs):
    return "".join(f"{source}\t{target}\n" for source, target in pairs).encode()


def as_csv(pairs, delimiter=","):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([("source", "target"), *pairs])
    return text.getvalue().encode()


def as_jsonl(pairs):
    rows = (json.dumps({"en": source, "fr": target}, ensure_ascii=False) for source, target in pairs)
    return "".join(row + "\n" for row in rows).encode()


def as_tmx(pairs, doctype='<!DOCTYPE tmx SYSTEM "tmx14.dtd">', encoding="UTF-8"):
    units = "".join(
        f'<tu><tuv xml:lang="en"><seg>{escape(source)}</seg></tuv>'
        f'<tuv xml:lang="fr"><seg>{escape(target)}</seg></tuv></tu>\n'
        for source, target in pairs
    )
    head = f'<?xml version="1.0" encoding="{encoding}"?>\n{doctype}\n<tmx version="1.4"><header/><body>'
    return f"{head}{units}</body></tmx>".encode(encoding)


def as_xlsx(rows):
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Texts")
    for row in rows:
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_zip(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


WRITERS = {
    "tsv": as_tsv,
    "csv": as_csv,
    "jsonl": as_jsonl,
    "tmx": as_tmx,
    "xlsx": lambda pairs: as_xlsx([("source", "target"), *pairs]),
}
PACKERS = {
    "plain": lambda content, name: (content, name),
    "gz": lambda content, name: (gzip.compress(content), name + ".gz"),
    "zip": lambda content, name: (as_zip({f"../deep/{name}": content}), "x.zip"),
}


def read_rows(path, *more, **options):
    table = read_table(path, *more, **options)
    return list(table.iter_pairs(*table.choose_columns()))


def texts_of(rows):
    return [(row.source, row.target) for row in rows]
