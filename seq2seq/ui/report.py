"""One page of HTML that holds a translation with all that explains it: no script, no request, no network.

Every string is escaped, and a content security policy forbids whatever would still get through.
"""

import datetime
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from seq2seq.decoding.trace import DecodeStep
from seq2seq.figures.style import color_at, text_on
from seq2seq.figures.svg import xml_text
from seq2seq.translation import Translation
from seq2seq.ui.captions import describe_caption
from seq2seq.ui.session import Choice
from seq2seq.ui.static_files import read_static
from seq2seq.ui.strings import text, token_text

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
ALTERNATIVES: Final = 5
LEAST_SHARE: Final = 0.0005
"""Less than this is said to be less than a tenth of a percent."""


def report_page(
    translation: Translation,
    choice: Choice,
    alarms: Sequence[Mapping[str, Any]],
    picture: str,
    language: str,
    day: datetime.date,
) -> str:
    """The page.

    ``picture`` is an SVG, empty without attention; ``alarms`` are those of the best hypothesis, as the live view
    has them.
    """
    shown = min(choice.hypothesis, len(translation.texts) - 1)
    said = translation.texts[shown]
    title = text("report_title", language).format(text=said)
    parts = [
        f'<p class="kind">{xml_text(text("view_translation", language))}</p>',
        f'<h1 dir="auto">{xml_text(said or text("view_nothing", language))}</h1>',
        _facts(describe_caption(translation, language, day)),
        _alarms(alarms if shown == 0 else [], language),
        _section("view_edits", _edits(translation, language), language),
        _section("view_tokens", _tokens(translation, shown, language), language),
        _section("view_attention", _attention(picture, language), language),
        _section("view_hypotheses", _hypotheses(translation, shown, language), language),
    ]
    return _page(title, "".join(parts), language)


def _page(title: str, body: str, language: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{"zh-Hans" if language == "zh" else "en"}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{xml_text(title)}</title><style>{read_static('report.css')}</style></head>"
        f"<body><main>{body}</main></body></html>\n"
    )


def _section(key: str, content: str, language: str) -> str:
    return f"<section><h2>{xml_text(text(key, language))}</h2>{content}</section>" if content else ""


def _attention(picture: str, language: str) -> str:
    return f'<div class="wide">{picture}</div>' if picture else xml_text(text("view_no_attention", language))


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    rows = "".join(f'<dt>{xml_text(name)}</dt><dd dir="auto">{xml_text(value)}</dd>' for name, value in facts)
    return f"<dl>{rows}</dl>"


def _alarms(alarms: Sequence[Mapping[str, Any]], language: str) -> str:
    sentences = "".join(f"<li>{xml_text(describe_alarm(alarm, language))}</li>" for alarm in alarms)
    return _section("view_alarms", f"<ul>{sentences}</ul>" if sentences else "", language)


def describe_alarm(alarm: Mapping[str, Any], language: str) -> str:
    """An alarm as the live view says it."""
    return text(f"view_alarm_{alarm['kind']}", language).format(
        words=", ".join(f"“{word}”" for word in alarm["words"]),
        times=f"{alarm['value']:g}",
        tokens=f"{alarm['value']:g}",
        probability=_percent(alarm["value"]),
    )


def _edits(translation: Translation, language: str) -> str:
    items = []
    for edit in translation.edits:
        kind = f"× {edit.factor:g}" if edit.kind == "scale" else text(f"view_{edit.kind}", language)
        key = "view_everywhere" if edit.step is None else "view_at_step"
        place = text(key, language).format(step=(edit.step or 0) + 1)
        token = token_text(translation.source_tokens[edit.position], language)
        items.append(f"<li>{xml_text(f'{kind} “{token}” · {place}')}</li>")
    return f"<ul>{''.join(items)}</ul>" if items else ""


def _tokens(translation: Translation, shown: int, language: str) -> str:
    steps = translation.beams[-1].hypotheses[shown].steps
    rows = [_token_row(place, step, translation, language) for place, step in enumerate(steps, start=1)]
    names = ("own_columns_token", "view_probability", "report_entropy", "view_alternatives")
    return _table(["", *(text(name, language) for name in names)], rows)


def _token_row(place: int, step: DecodeStep, translation: Translation, language: str) -> list[str]:
    probability = math.exp(step.log_probability)
    fill = color_at(probability)
    token = token_text(translation.token_strings[step.token_id], language)
    forced = f" · {text('view_forced', language)}" if step.forced else ""
    others = [item for item in step.candidates if item.token_id != step.token_id][:ALTERNATIVES]
    words = [
        f"<bdi>{xml_text(token_text(translation.token_strings[item.token_id], language))}</bdi>"
        f" <small>{xml_text(_percent(math.exp(item.log_probability)))}</small>"
        for item in others
    ]
    return [
        str(place),
        f'<bdi class="token" style="background:{fill};color:{text_on(fill)}">{xml_text(token)}</bdi>'
        f"{xml_text(forced)}",
        xml_text(_percent(probability)),
        f"{step.entropy:.2f}",
        ", ".join(words),
    ]


def _hypotheses(translation: Translation, shown: int, language: str) -> str:
    names = ("view_translation", "view_score", "view_log_probability")
    rows = [
        [
            f"{place + 1}{' ◂' if place == shown else ''}",
            f"<bdi>{xml_text(words or text('view_nothing', language))}</bdi>",
            f"{hypothesis.score:.3f}",
            f"{hypothesis.log_probability:.3f}",
        ]
        for place, (hypothesis, words) in enumerate(
            zip(translation.beams[-1].hypotheses, translation.texts, strict=True)
        )
    ]
    return _table(["", *(text(name, language) for name in names)], rows)


def _table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the names are escaped here, the cells are HTML."""
    head = "".join(f'<th scope="col">{xml_text(name)}</th>' if name else "<td></td>" for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _percent(share: float) -> str:
    return "< 0.1 %" if 0 < share < LEAST_SHARE else f"{100 * share:.1f} %"
