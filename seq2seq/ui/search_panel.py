"""See the search: its tree, and for each step all that was considered, with its scores and its fate."""

from typing import Any, Final

import gradio as gr

from seq2seq.explanation.branches import Branch
from seq2seq.explanation.search_tree import ROOT, Considered, SearchTree
from seq2seq.translation import Translation
from seq2seq.ui.forms import Texts
from seq2seq.ui.methods_panel import build_methods_part
from seq2seq.ui.session import Session
from seq2seq.ui.shelf import Shelf
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text, token_text
from seq2seq.ui.tree_panel import build_tree_view, unchanged_tree
from seq2seq.ui.tree_view import session_branches, show_tree

COLUMNS: Final = ("rank", "beginning", "token", "log_probability", "total", "score", "fate")
WIDTHS: Final = ("60px", "150px", "90px", "80px", "70px", "70px", "260px")
LONGEST_BEGINNING: Final = 40
MOST_ROWS: Final = 60
"""Continuations shown of one step; a wide beam considers ten for each of its hypotheses."""
CHOSEN_MARK: Final = "▶ "


def build_search_panel(
    shelf: Shelf, session: Any, language: Any, asked: list[Any], texts: Texts
) -> tuple[Any, list[Any], list[Any]]:
    """Lay out the folded panel; ``asked`` are the controls of model, source, prefix and settings.

    Returns:
        What `show_run` needs after each run: the function, its inputs and its outputs.
    """
    with gr.Accordion(text("search_title", DEFAULT_LANGUAGE), open=False, elem_id="search-panel") as panel:
        tree = build_tree_view("search", texts)
        step = gr.Slider(
            1,
            2,
            value=1,
            step=1,
            label=text("search_step", DEFAULT_LANGUAGE),
            info=text("search_help", DEFAULT_LANGUAGE),
            elem_id="search-step",
        )
        table = gr.Dataframe(
            headers=search_columns(DEFAULT_LANGUAGE),
            label=text("search_table", DEFAULT_LANGUAGE),
            interactive=False,
            wrap=True,
            column_widths=list(WIDTHS),
            elem_id="search-table",
        )
        build_methods_part(shelf, language, asked, texts)
    texts.add(panel, label="search_title")
    texts.add(step, label="search_step", info="search_help")
    texts.add(table, label="search_table", headers=search_columns)
    inputs, outputs = [session, language, step], [step, table]
    step.input(
        lambda session, language, step: show_search(session, language, step)[1],
        inputs=inputs,
        outputs=table,
        show_progress="hidden",
        trigger_mode="always_last",
        api_visibility="private",
    )
    tree.pick(
        pick_branch,
        inputs=[session, language],
        outputs=outputs,
        show_progress="hidden",
        trigger_mode="always_last",
        api_visibility="private",
    )
    return show_run, inputs, [*outputs, tree]


def search_columns(language: str) -> list[str]:
    """The headers of the table."""
    return [text(f"search_columns_{name}", language) for name in COLUMNS]


def show_run(session: Session, language: str, step: Any) -> tuple[Any, list[list[Any]], Any]:
    """After a run: what `show_search` shows, and the tree where it is whole."""
    tree = show_tree(session, language)
    return *show_search(session, language, step), unchanged_tree(language) if tree is None else tree


def pick_branch(session: Session, language: str, event: gr.EventData) -> tuple[Any, Any]:
    """Answer the choice of a node in the tree: the slider and the table of its step, with its row marked."""
    branch = find_branch(session, event._data)
    if branch is None:
        return gr.skip(), gr.skip()
    return show_search(session, language, branch.step + 1, branch)


def find_branch(session: Session, wanted: Any) -> Branch | None:
    """The branch that was chosen in the tree; None where a newer run has begun.

    ``wanted`` comes from the browser and may be anything.
    """
    if not isinstance(wanted, dict) or wanted.get("run") != session.run:
        return None
    branches, place = session_branches(session), wanted.get("branch")
    return branches[place] if type(place) is int and 0 <= place < len(branches) else None


def show_search(
    session: Session, language: str, step: Any, chosen: Branch | None = None
) -> tuple[Any, list[list[Any]]]:
    """The slider for the steps of the session's translation, and the table of one of them, counted from 1.

    The row of the ``chosen`` branch is marked, and is there even where it stands far down.
    """
    translation = session.translation
    if translation is None or not translation.beams:
        return gr.skip(), []
    tree, last = session.tree_of(translation), len(translation.beams)
    place = min(max(int(step) if isinstance(step, int | float) else 1, 1), last)
    table = tree.steps[place - 1]
    marked = [item for item in table if chosen is not None and is_item_of(item, chosen)]
    shown = [*table[:MOST_ROWS], *(item for item in marked if item not in table[:MOST_ROWS])]
    rows = [describe_considered(item, tree, translation, language, chosen=item in marked) for item in shown]
    return gr.update(maximum=max(2, last), value=place), rows


def is_item_of(item: Considered, branch: Branch) -> bool:
    """Whether a continuation is what a branch stands for."""
    return (item.parent, item.token_id, item.node) == (branch.above, branch.token_id, branch.node)


def describe_considered(
    item: Considered, tree: SearchTree, translation: Translation, language: str, *, chosen: bool = False
) -> list[Any]:
    """A row of the table."""
    token = token_text(translation.token_strings[item.token_id], language)
    return [
        item.rank + 1 if item.rank >= 0 else "–",
        _beginning(item.parent, tree, translation),
        f"{CHOSEN_MARK}{token}" if chosen else token,
        f"{item.log_probability:.2f}",
        f"{item.total:.2f}",
        f"{item.score:.2f}",
        describe_fate(item, tree, translation, language),
    ]


def describe_fate(item: Considered, tree: SearchTree, translation: Translation, language: str) -> str:
    """What became of a continuation, and why."""
    if item.node >= 0:
        node = tree.nodes[item.node]
        if node.rank >= 0:
            return text("fate_result", language).format(place=node.rank + 1)
        return text(f"fate_{node.status}", language)
    winner = ""
    if item.winner >= 0:
        chosen = tree.nodes[item.winner]
        said = _beginning(chosen.parent, tree, translation)
        token = token_text(translation.token_strings[chosen.token_id], language)
        winner = f"{said} {token}".strip()
    return text(f"fate_{item.reason}", language).format(winner=winner, gap=item.gap)


def _beginning(node: int, tree: SearchTree, translation: Translation) -> str:
    """The text that a hypothesis has said, its end where it is long."""
    if node == ROOT:
        return ""
    tokens = [translation.token_strings[tree.nodes[number].token_id] for number in tree.path(node)]
    said = "".join(tokens).replace("\u2581", " ").strip()
    return said if len(said) <= LONGEST_BEGINNING else f"…{said[-LONGEST_BEGINNING:]}"
