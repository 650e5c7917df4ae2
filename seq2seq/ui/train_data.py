"""The first step of the Train tab: a file of pairs is looked at, examined, and turned into pairs to train on."""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from seq2seq.doctor.cleaning import clean, is_held_out
from seq2seq.doctor.examination import examine
from seq2seq.doctor.findings import DEFAULT_DROPS, DROPPABLE_KINDS, Checks, make_writable
from seq2seq.doctor.languages import language_by_script
from seq2seq.doctor.parts import Limits
from seq2seq.doctor.reading import read_pasted, read_table
from seq2seq.doctor.report import Finding, Report, Side
from seq2seq.doctor.tables import Column, Table
from seq2seq.errors import Seq2SeqError
from seq2seq.ui.feedback import describe_problem, refusal
from seq2seq.ui.strings import text

View = dict[str, Any]
EMPTY_DATA: Final[View] = {"status": "empty", "message": ""}
MOST_HELD_OUT: Final = 500
LARGEST_SHARE: Final = 0.1
FEWEST_PAIRS: Final = 20
SPLIT_SEED: Final = 1
TEST_SEED: Final = 2
LEAST_BLEU_WORDS: Final = 4
Progress = Callable[[float], None]
Pairs = Sequence[tuple[str, str]]
Rest = list[tuple[str, str]]


class DataSession:
    """What one visitor brought: a table, the columns chosen, and the report on them.

    ``lesson`` is the name of the lesson that the table is of, or empty.

    Gradio copies the value of a state for every visitor; a copy is a fresh one.
    """

    def __init__(self) -> None:
        self.table: Table | None = None
        self.columns: tuple[Column, Column] | None = None
        self.checks = Checks()
        self.report: Report | None = None
        self.lesson = ""
        self.lesson_parts: tuple[Pairs, Pairs] = ((), ())
        self.view: View = dict(EMPTY_DATA)

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return type(self)()

    def take(self, table: Table, lesson: str = "", parts: tuple[Pairs, Pairs] = ((), ())) -> None:
        """Begin with another table; a lesson has held-out and test pairs of its own."""
        self.table, self.columns, self.report = table, table.choose_columns(), None
        self.lesson, self.lesson_parts = lesson, parts

    def size(self) -> tuple[int, int]:
        """Pairs, and different characters on both sides; 0 before the examination."""
        report = self.report
        return (report.pairs, report.source.characters + report.target.characters) if report else (0, 0)

    @property
    def is_beyond_bleu(self) -> bool:
        """Whether most targets are shorter than the four words that BLEU compares: it would be 0 whatever comes."""
        lengths = self.report.target.lengths if self.report else None
        return lengths is not None and lengths.unit == "words" and lengths.median < LEAST_BLEU_WORDS

    def pairs(self, drop: Collection[str], progress: Progress = lambda share: None) -> "Parts":
        """The pairs in three parts without those with a finding of a kind in ``drop``; the parts share no source.

        The file is gone through once, by whoever takes the training pairs: only then are the other parts whole.

        Raises:
            InputError: when nothing was examined yet, or too few pairs are left.
        """
        if self.report is None or self.table is None or self.columns is None:
            raise refusal("train_nothing_examined")
        if self.report.pairs < FEWEST_PAIRS:
            raise refusal("train_few_pairs", pairs=self.report.pairs, least=FEWEST_PAIRS)
        if self.lesson:
            turned = self.columns[0] != self.table.columns[0]
            own = [
                [(target, source) if turned else (source, target) for source, target in part]
                for part in self.lesson_parts
            ]
            return Parts(self._training(drop, 0.0, [], [], progress), *own)
        share = min(LARGEST_SHARE, MOST_HELD_OUT / self.report.pairs)
        held_out: Rest = []
        test: Rest = []
        return Parts(self._training(drop, share, held_out, test, progress), held_out, test)

    def _training(
        self, drop: Collection[str], share: float, held_out: Rest, test: Rest, progress: Progress
    ) -> Iterator[tuple[str, str]]:
        """The training pairs; those of the other parts are added to the lists on the way."""
        table, columns, report = self.table, self.columns, self.report
        if table is None or columns is None or report is None:
            return
        wanted = [kind for kind in drop if kind in DROPPABLE_KINDS]
        rows = table.iter_pairs(*columns, lambda done, total: progress(done / max(1, total)))
        rest = {"held_out": held_out, "test": test}
        for pair in clean(rows, report, wanted, checks=self.checks):
            source, target = make_writable(pair.source), make_writable(pair.target)
            if not source or not target:
                continue
            part = _part_of(pair.source, share)
            if part in rest:
                rest[part].append((source, target))
            else:
                yield source, target


class Parts(NamedTuple):
    """The pairs to train on, those that the best weights are chosen by, and those that tell how good they are."""

    training: Iterator[tuple[str, str]]
    held_out: Rest
    test: Rest


def _part_of(source: str, share: float) -> str:
    """The part that a source belongs to, by its hash."""
    if is_held_out(source, share, SPLIT_SEED):
        return "held_out"
    return "test" if is_held_out(source, share, TEST_SEED) else "training"


def look_at(
    session: DataSession,
    language: str,
    paths: Sequence[str] | None,
    pasted: str | None,
    limits: Limits | None = None,
) -> View:
    """Read the beginning of what was brought: one file, the two files of a pair, or pasted text."""
    try:
        session.take(_open(paths or (), pasted or "", limits))
    except Seq2SeqError as problem:
        return _failed(session, describe_problem(problem, language))
    session.view = _describe_table(session)
    return session.view


def _open(paths: Sequence[str], pasted: str, limits: Limits | None) -> Table:
    if len(paths) > 2:
        raise refusal("train_many_files", files=len(paths))
    if paths:
        first, *second = (Path(path) for path in paths)
        return read_table(first, second[0] if second else None, limits=limits)
    if not pasted.strip():
        raise refusal("train_no_data")
    return read_pasted(pasted, limits=limits)


def examine_data(
    session: DataSession,
    language: str,
    columns: tuple[str | None, str | None],
    languages: tuple[str | None, str | None],
    progress: Progress = lambda share: None,
) -> View:
    """Go through all rows and report what is wrong with which."""
    try:
        if session.table is None:
            raise refusal("train_no_data")
        session.report = None
        session.columns = session.table.choose_columns(columns[0] or "", columns[1] or "")
        codes = [(code or "").strip().lower() for code in languages]
        session.checks = Checks(source_language=codes[0], target_language=codes[1])
        rows = session.table.iter_pairs(*session.columns, lambda done, total: progress(done / max(1, total)))
        session.report = examine(rows, session.checks)
    except Seq2SeqError as problem:
        return _failed(session, describe_problem(problem, language))
    session.view = _describe_table(session) | _describe_report(session.report)
    return session.view


def found_kinds(session: DataSession, language: str) -> tuple[list[tuple[str, str]], list[str]]:
    """The kinds of findings that rows can be left out for, with their words, and those that better are."""
    report = session.report
    kinds = [kind for kind in report.findings if kind in DROPPABLE_KINDS] if report else []
    named = [
        (f"{text(f'view_finding_{kind}', language)} ({report.count(kind):,})", kind)
        for kind in kinds
        if report
    ]
    return named, [kind for kind in kinds if kind in DEFAULT_DROPS]


def column_names(session: DataSession) -> list[str]:
    """What the columns are called, by number where names repeat."""
    columns = session.table.columns if session.table else ()
    names = [column.name for column in columns]
    return names if len(set(names)) == len(names) else [str(number) for number in range(1, len(names) + 1)]


def guess_languages(session: DataSession, columns: tuple[str | None, str | None]) -> tuple[str, str]:
    """The codes of the languages of two columns: by their names, else by a script that only one is written in.

    Empty where neither tells, for columns that are not there, and for lessons, which may mix languages.
    """
    table, names = session.table, column_names(session)
    if table is None or session.lesson:
        return "", ""
    first, second = (_guess_language(table, names.index(name) if name in names else -1) for name in columns)
    return first, second


def _guess_language(table: Table, place: int) -> str:
    if place < 0:
        return ""
    rows = table.preview[1:] if table.has_header else table.preview
    cells = [row[place] for row in rows if place < len(row)]
    return table.columns[place].language or language_by_script(cells)


def chosen_columns(session: DataSession) -> tuple[str | None, str | None]:
    """The names of the chosen columns, as in `column_names`."""
    if session.table is None or session.columns is None:
        return None, None
    names = column_names(session)
    first, second = (names[session.table.columns.index(column)] for column in session.columns)
    return first, second


def _failed(session: DataSession, message: str) -> View:
    session.view = {**session.view, "message": message}
    return session.view


def _describe_table(session: DataSession) -> View:
    table = session.table
    if table is None:
        return dict(EMPTY_DATA)
    return {
        "status": "looked",
        "message": "",
        "name": table.name,
        "format": table.format,
        "encoding": table.encoding,
        "notes": list(table.notes),
        "columns": column_names(session),
        "preview": json.dumps(table.preview, ensure_ascii=False),
    }


def _describe_report(report: Report) -> View:
    return {
        "status": "examined",
        "rows": report.rows,
        "pairs": report.pairs,
        "clean": report.clean,
        "seconds": report.seconds,
        "findings": [_describe_finding(finding) for finding in report.findings.values()],
        "sides": json.dumps(
            [_describe_side(report.source), _describe_side(report.target)], ensure_ascii=False
        ),
    }


def _describe_finding(finding: Finding) -> str:
    examples = [[each.row, each.source, each.target, each.note] for each in finding.examples]
    values = [finding.kind, finding.count, finding.looked_at, examples]
    return json.dumps(values, ensure_ascii=False)


def _describe_side(side: Side) -> dict[str, Any]:
    lengths = side.lengths
    return {
        "unit": lengths.unit,
        "edges": lengths.edges,
        "counts": lengths.counts,
        "median": lengths.median,
        "longest": lengths.longest,
        "words": side.words,
        "characters": side.characters,
        "capped": side.is_capped,
    }
