"""What the browser draws of a view: its last picture, put together from what each picture adds."""

import json
from typing import Any


def shown_pictures(view: dict[str, Any]) -> list[dict[str, Any]]:
    """Every picture whole: steps, words, text of the hypothesis shown, all hypotheses, changed tokens."""
    pool = [json.loads(step) for step in view.get("pool", ())]
    pictures: list[dict[str, Any]] = []
    for written in map(json.loads, view.get("pictures", ())):
        before = pictures[-1] if pictures else {"words": [], "hypotheses": []}
        kept, *words = written["words"]
        steps = []
        place = written["last"]
        while place >= 0:
            steps.insert(0, pool[place])
            place = pool[place]["after"]
        hypotheses = [
            {
                "parent": parent,
                "text": (before["hypotheses"][parent]["text"] if continues else "") + added,
                "score": score,
                "log_probability": log_probability,
                "finished": bool(finished),
            }
            for parent, continues, added, score, log_probability, finished in written["hypotheses"]
        ]
        text = hypotheses[min(view["selected"], len(hypotheses) - 1)]["text"]
        pictures.append(
            {
                "steps": steps,
                "words": before["words"][:kept] + words,
                "hypotheses": hypotheses,
                "text": text,
                "changed": written["changed"],
            }
        )
    return pictures


def shown(view: dict[str, Any]) -> dict[str, Any]:
    """The last picture."""
    pictures = shown_pictures(view)
    return (
        pictures[-1] if pictures else {"steps": [], "words": [], "hypotheses": [], "text": "", "changed": []}
    )
