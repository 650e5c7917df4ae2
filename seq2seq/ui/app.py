"""The whole page: its frame, its tabs, its languages, and how it is served."""

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import gradio as gr
from starlette.middleware import Middleware

from seq2seq.desk.quotas import is_shared, quotas_of
from seq2seq.errors import ConfigError, Seq2SeqError
from seq2seq.hub.store import ModelStore
from seq2seq.models.hardware import keep_to_one_thread, spare_collections
from seq2seq.options import DecodingOptions
from seq2seq.ui.api import build_api
from seq2seq.ui.compare_tab import build_compare_tab
from seq2seq.ui.devices import describe_place, lend_gpu
from seq2seq.ui.evaluate_tab import build_evaluate_tab
from seq2seq.ui.explore_tab import CONCURRENT_RUNS, build_explore_tab
from seq2seq.ui.folders import keep_uploads_apart
from seq2seq.ui.forms import Texts
from seq2seq.ui.headers import POLICY_ELEMENT, SecurityHeaders
from seq2seq.ui.lines_tab import build_lines_tab
from seq2seq.ui.look import build_theme
from seq2seq.ui.models_offer import Offer
from seq2seq.ui.models_tab import build_models_tab
from seq2seq.ui.permalink import asked_language
from seq2seq.ui.pull_panel import MODELS_TAB
from seq2seq.ui.run_shelf import RunShelf
from seq2seq.ui.shelf import CheckpointShelf, Shelf
from seq2seq.ui.static_files import read_static
from seq2seq.ui.strings import (
    DEFAULT_LANGUAGE,
    LANGUAGE_NAMES,
    LANGUAGES,
    preferred_language,
    text,
)
from seq2seq.ui.train_leads import lead_to_evaluate, lead_to_explore, lead_to_push
from seq2seq.ui.train_tab import build_train_tab
from seq2seq.ui.training_room import TrainingRoom, open_room
from seq2seq.ui.visitor_limit import limit_visitors

CACHE_SECONDS: Final = 3600
QUEUED_EVENTS: Final = 64
KEPT_SESSIONS: Final = 200
LARGEST_UPLOAD_BYTES: Final = 20_000_000
"""Where nothing is trained; elsewhere the desk's quotas say it, and what takes less checks that itself."""
STORAGE_KEY: Final = "seq2seq-explorer-language"
BROWSER_KEY: Final = "seq2seq-explorer-runs"
# A visitor may choose before the server has told the first language; the browser remembers, the choice stays.
NOTE_CHOICE: Final = "(code) => { document.documentElement.dataset.chosenLanguage = code; return code; }"
KEEP_CHOICE: Final = "(first, shown) => document.documentElement.dataset.chosenLanguage ? shown : first"
STYLE_SHEETS: Final = (
    "page.css",
    "trace.css",
    "keep.css",
    "tables.css",
    "tree.css",
    "neighbours.css",
    "train.css",
    "evaluate.css",
    "models.css",
)


def build_app(shelf: Shelf, training: TrainingRoom | None = None, *, notes: Sequence[str] = ()) -> gr.Blocks:
    """The page over a shelf of models; it trains where there is a room for that.

    ``notes`` are keys of strings that the header says of this server.
    """
    texts = Texts()
    with gr.Blocks(
        title="Seq2Seq Explorer", analytics_enabled=False, delete_cache=(CACHE_SECONDS, CACHE_SECONDS)
    ) as page:
        language = _build_header(texts, notes)
        secret = gr.BrowserState(None, storage_key=BROWSER_KEY, secret=BROWSER_KEY)
        tabs_built = {**TABS, **_tabs_that_keep(training, secret)}
        offer = Offer(shelf, language, texts) if MODELS_TAB in tabs_built else None
        rooms, doors = {}, {}
        with gr.Tabs() as tabs:
            for key, build_tab in tabs_built.items():
                with gr.Tab(text(key, DEFAULT_LANGUAGE), id=key) as tab:
                    doors[key] = texts.add(tab, label=key)
                    rooms[key] = build_tab(shelf, language, texts)
        explore = rooms["explore_tab"]
        rooms["lines_tab"](tabs, explore)
        rooms["evaluate_tab"].lead_to_explore(tabs, explore)
        opened = _wire_language(page, language, texts)
        if offer is not None:
            models = rooms[MODELS_TAB]
            models.wire(tabs, explore, doors[MODELS_TAB].select)
            opened = models.pulling.refresh_lists(opened.then)
            opened = offer.wire(models.pulling, tabs, explore, opened)
        explore.translate_address(opened)
        if training is not None:
            _lead_on(rooms, shelf, tabs)
            rooms["train_tab"].show_runs_when(doors["train_tab"].select)
        build_api(shelf)
    page.queue(api_open=False, max_size=QUEUED_EVENTS, default_concurrency_limit=CONCURRENT_RUNS)
    # Else gradio adds the Hub's own header to the page, with fonts and scripts from elsewhere.
    page.space_id = None
    built: gr.Blocks = page
    return built


def launch_app(checkpoints: Path, **settings: Any) -> None:
    """Serve the page over a folder of checkpoints until interrupted.

    The first model loads once the page answers. ``settings`` go to `gradio.Blocks.launch`.

    Raises:
        SystemExit: with one sentence, for a variable of the environment that cannot be.
    """
    try:
        bundled = CheckpointShelf(checkpoints, store=ModelStore(), shows_private=not is_shared())
        room, quotas = open_room(bundled), quotas_of(shared=is_shared())
        shelf = lend_gpu(RunShelf(bundled, room.desk) if room else bundled)
    except ConfigError as problem:
        raise SystemExit(f"error: {problem}") from problem
    keep_uploads_apart()
    keep_to_one_thread()
    page = build_app(shelf, room, notes=() if room else ("nothing_is_kept",))
    limit_visitors(page, quotas.requests_of_visitor)
    if room:
        room.desk.keep_watch()
    page.launch(prevent_thread_lock=True, **serving_settings(room), **settings)
    threading.Thread(target=_get_ready, args=(shelf,), name="warm-up", daemon=True).start()
    page.block_thread()


def _tabs_that_keep(
    training: TrainingRoom | None, secret: Any
) -> dict[str, Callable[[Shelf, Any, Texts], Any]]:
    """The tabs that keep something on this server."""
    if training is None:
        return {}
    room = training.models
    return {
        "train_tab": build_train_tab(training, secret),
        **({MODELS_TAB: build_models_tab(room, training, secret)} if room else {}),
    }


def _lead_on(rooms: dict[str, Any], shelf: Any, tabs: Any) -> None:
    """Wire the ways from a run to the other tabs."""
    train, buttons = rooms["train_tab"], rooms["train_tab"].leads
    lead_to_explore(train.chosen, buttons["explore"], shelf, tabs, rooms["explore_tab"])
    lead_to_evaluate(train.chosen, buttons["evaluate"], shelf, tabs, rooms["evaluate_tab"])
    if MODELS_TAB in rooms:
        lead_to_push(train.chosen, buttons["push"], tabs, rooms[MODELS_TAB].pushing)


def serving_settings(training: TrainingRoom | None = None) -> dict[str, Any]:
    """How the page is served: looks, security headers and limits, those of an upload by where it trains.

    The style sheets go into the head, because gradio rewrites the selectors of its ``css`` argument.
    """
    return {
        "theme": build_theme(),
        "head": f"{POLICY_ELEMENT}<style>{''.join(map(read_static, STYLE_SHEETS))}</style>",
        "footer_links": [],
        "run_history": False,
        "state_session_capacity": KEPT_SESSIONS,
        "max_file_size": training.desk.quotas.upload_bytes if training else LARGEST_UPLOAD_BYTES,
        "app_kwargs": {"middleware": [Middleware(SecurityHeaders)]},
    }


def _get_ready(shelf: Shelf) -> None:
    warm_up(shelf)
    spare_collections()


def warm_up(shelf: Shelf) -> None:
    """Load the first model and translate a word, so that the first visitor need not wait.

    A damaged checkpoint is reported to the visitor who chooses it, not here.
    """
    try:
        for name in shelf.names()[:1]:
            shelf.load(name).translate("1", DecodingOptions(maximum_length=3))
    except Seq2SeqError as problem:
        print(f"warm-up: {problem}")


def apply_language(language: str, texts: Texts) -> list[Any]:
    """Updates for every component with words."""
    return texts.updates(language)


def first_language(remembered: str | None, request: gr.Request) -> str:
    """The language of a link, else what a visitor chose before, else what the browser asks for."""
    if asked := asked_language(request.query_params):
        return asked
    if remembered in LANGUAGES:
        return str(remembered)
    return preferred_language(request.headers.get("accept-language", ""))


def _build_header(texts: Texts, notes: Sequence[str]) -> Any:
    def tagline(language: str) -> str:
        server = [describe_place(language), *(text(note, language) for note in notes)]
        lines = "".join(f'<p class="page-server">{line}</p>' for line in server)
        return f"<h1>Seq2Seq Explorer</h1><p>{text('tagline', language)}</p>{lines}"

    with gr.Row(elem_classes="page-header"):
        heading = gr.HTML(tagline(DEFAULT_LANGUAGE), elem_classes="page-heading", padding=False)
        texts.add(heading, value=tagline)
        language = gr.Radio(
            [(LANGUAGE_NAMES[code], code) for code in LANGUAGES],
            value=DEFAULT_LANGUAGE,
            label=text("language", DEFAULT_LANGUAGE),
            elem_id="language",
            elem_classes="page-language",
            container=False,
            min_width=150,
        )
        texts.add(language, label="language")
    return language


def _wire_language(page: gr.Blocks, language: Any, texts: Texts) -> Any:
    """Wire the choice of language; the event that the page was opened and its language is known."""
    remembered = gr.BrowserState(None, storage_key=STORAGE_KEY, secret=STORAGE_KEY)
    quietly: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
    found = gr.Textbox(visible="hidden", elem_id="first-language", label="language")
    loaded = page.load(first_language, inputs=remembered, outputs=found, **quietly)
    language.change(lambda code: apply_language(code, texts), language, texts.components, **quietly)
    language.input(lambda code: code, language, remembered, js=NOTE_CHOICE, **quietly)
    return loaded.then(None, [found, language], language, js=KEEP_CHOICE, **quietly)


TABS: Final[dict[str, Callable[[Shelf, Any, Texts], Any]]] = {
    "explore_tab": build_explore_tab,
    "lines_tab": build_lines_tab,
    "compare_tab": build_compare_tab,
    "evaluate_tab": build_evaluate_tab,
}
