"""What the desk refuses, each as a sentence and what to do, with a key for other languages."""

from typing import Any, Final

from seq2seq.errors import TrainingError

REFUSALS: Final[dict[str, tuple[str, str]]] = {
    "desk_no_run": ("There is no such run.", "Choose one of the list."),
    "desk_no_secret": ("This browser has no secret, so no run can belong to it.", "Reload the page."),
    "desk_bad_name": (
        "A run's name has 1 to {limit} characters and no control characters; this one has {length}.",
        "Choose another name.",
    ),
    "desk_push_token": (
        "A run that is pushed to {name} needs the token of whoever it is pushed for.",
        "Sign in, or give a token that may write there.",
    ),
    "desk_bad_probe": ("The probe sentence has control characters.", "Type it as one plain line."),
    "desk_bad_pair": (
        "Pair {number} of the {part} data has an empty side, or a control character in its text.",
        "Mend or remove it: nothing is skipped in silence.",
    ),
    "desk_no_pairs": ("The {part} data has no pairs.", "Choose a file with pairs."),
    "desk_large_data": ("The pairs are more than {limit:g} MB of text.", "Take a part of them."),
    "desk_many_pairs": ("There are more than {limit} pairs.", "Take a part of them."),
    "desk_long_run": (
        "A run may take {limit:g} minutes here, and max_minutes is {minutes:g}.",
        "Lower max_minutes.",
    ),
    "desk_many_runs": ("You have {count} runs, and {limit} are the most.", "Delete one of them."),
    "desk_queue_full": ("{limit} runs are waiting, and that is the most.", "Try again later."),
    "desk_disk_quota": (
        "The runs take {used:.0f} MB, and {limit:g} MB are the most.",
        "Delete a run that is no longer needed.",
    ),
    "desk_disk_full": ("The disk is full.", "Delete a run or free space, then try again."),
    "desk_still_running": ("The run is not over.", "Stop it first."),
    "desk_is_over": ("The run is over already.", ""),
    "desk_reached_its_end": (
        "The run came to its end ({reason}), and nothing was changed that would let it go on.",
        "Raise the limit that ended it, or start a new run from its weights.",
    ),
    "desk_fixed_setting": (
        "{names} cannot change when a run is resumed.",
        "Start a new run from its weights instead.",
    ),
    "desk_no_weights": ("The run has kept no weights yet.", "Wait for its first validation."),
    "desk_other_server": (
        "Another server looks after the runs in {folder}.",
        "Use that one, or close it first.",
    ),
    "desk_estimate_busy": ("Another run is being estimated.", "Try again in a moment."),
    "desk_estimate_slow": (
        "The estimate took more than {seconds:g} seconds and was given up.",
        "Take less data or a smaller network.",
    ),
    "desk_estimate_failed": ("The run cannot start: {reason}", "Change what it names."),
}
"""Message and hint by key, with the names of the values that fill them in."""


def refusal(key: str, **values: Any) -> TrainingError:
    """The error of a key."""
    message, hint = REFUSALS[key]
    return TrainingError(message.format(**values), hint, key=key, values=values)
