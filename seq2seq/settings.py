"""What a setting is: a field of a frozen dataclass that carries its help, unit, bounds and choices."""

from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, field, fields
from math import inf
from sys import float_info
from typing import Any, ClassVar, Self

from seq2seq.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a form, a flag or a table needs to know of one field."""

    name: str
    type: type
    default: Any
    help: str
    unit: str
    minimum: float | None
    maximum: float | None
    choices: tuple[str, ...]

    def problem_with(self, value: object) -> str:
        """One sentence on what is wrong with `value`, or an empty string."""
        if type(value) is not self.type and not (self.type is float and type(value) is int):
            return f"{self.name} must be {_TYPE_NAMES[self.type]}, not {value!r}."
        if self.choices and value not in self.choices:
            return f"{self.name} must be one of {', '.join(self.choices)}, not {value!r}."
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self._range_problem(value)
        return ""

    def _range_problem(self, value: float) -> str:
        low, high = self.minimum, self.maximum
        if abs(value) < inf and (low is None or value >= low) and (high is None or value <= high):
            return ""
        if low is not None and high is not None:
            return f"{self.name} must lie between {low:g} and {high:g}, not {_shown(value)}."
        if low is not None:
            return f"{self.name} must be at least {low:g}, not {_shown(value)}."
        return f"{self.name} must be a finite number, not {_shown(value)}."


def _shown(value: float) -> str:
    """A number as a message shows it; a whole one too large for a float by its first digits."""
    is_huge = float_info.max < abs(value) < inf
    return f"{str(value)[:12]}…" if is_huge else f"{value:g}"


_TYPES: dict[str, type] = {"int": int, "float": float, "bool": bool, "str": str}
_TYPE_NAMES: dict[type, str] = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}


def setting(
    default: Any,
    help: str,  # noqa: A002 - the field's own word
    *,
    unit: str = "",
    minimum: float | None = None,
    maximum: float | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    """A field of a config with all that is known of it."""
    metadata = {"help": help, "unit": unit, "minimum": minimum, "maximum": maximum, "choices": choices}
    return field(default=default, metadata=metadata)


class Settings:
    """What every config shares: validation, JSON, and the list of its settings."""

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def __post_init__(self) -> None:
        problems = [item.problem_with(getattr(self, item.name)) for item in self.settings()]
        problems = [problem for problem in problems if problem] or self._contradictions()
        if problems:
            raise ConfigError(problems)

    def _contradictions(self) -> list[str]:
        """Problems of several fields together; only asked for when each field alone is right."""
        return []

    @classmethod
    def settings(cls) -> tuple[Setting, ...]:
        """The settings in their order of declaration."""
        return tuple(_describe(item) for item in fields(cls))

    def to_json(self) -> dict[str, Any]:
        """All fields as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Build from JSON values; missing fields take their default.

        Raises:
            ConfigError: for unknown names and values out of bounds, all at once.
        """
        known = [item for item in cls.settings() if item.name in values]
        unknown = sorted(set(values) - {item.name for item in known})
        if unknown:
            problems = [f"Unknown {cls.__name__} setting: {name}." for name in unknown]
            problems += [problem for item in known if (problem := item.problem_with(values[item.name]))]
            raise ConfigError(problems)
        return cls(**values)


def _describe(item: "Field[Any]") -> Setting:
    return Setting(
        name=item.name,
        type=_TYPES[str(getattr(item.type, "__name__", item.type))],
        default=item.default,
        help=item.metadata["help"],
        unit=item.metadata["unit"],
        minimum=item.metadata["minimum"],
        maximum=item.metadata["maximum"],
        choices=item.metadata["choices"],
    )
