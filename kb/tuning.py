"""What is tuned by measurement: fusion weights and the limits of the gate, read from a versioned file.

``python -m eval tune`` writes such files; ``tuning.json`` beside this module is the one shipped.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kb.errors import SettingsError

FORMAT = 2
SHIPPED = Path(__file__).with_name("tuning.json")


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether to answer: the logistic sum of a passage's signs (``kb.gate``) must reach ``least``, 0..1."""

    weights: Mapping[str, float] = field(default_factory=dict)
    bias: float = 0.0
    least: float = 0.0


@dataclass(frozen=True, slots=True)
class Tuning:
    """Tuned values. ``version`` names the tuning in reports; all numbers but the ranker's lie between 0 and 1.

    ``dense_weight`` is the vectors' share in the fused score, ``context_boost`` how much the keyword search
    goes by a chunk's text with its context (title, 文号, headings) as one text, and not by its text alone; ``ranker``
    has the weights of a passage's signs, see ``kb.passage``, and ``judge`` how the judge's logit is weighed against
    them, see ``kb.verdict``.
    """

    version: str = "default"
    dense_weight: float = 0.15
    context_boost: float = 1.0
    gate: Gate = field(default_factory=Gate)
    ranker: Mapping[str, float] = field(default_factory=dict)
    judge: Mapping[str, float] = field(default_factory=dict)


def load_tuning(path: Path | None = None) -> Tuning:
    """The tuning of a file, by default the shipped one. Raises SettingsError for one that cannot be used."""
    wanted = path or SHIPPED
    try:
        stored = json.loads(wanted.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"调参文件 {wanted} 无法读取（{error.strerror or error}）。") from error
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"调参文件 {wanted} 不是有效的 JSON：{error}。") from error
    if not isinstance(stored, dict) or stored.get("format") != FORMAT:
        raise SettingsError(
            f"调参文件 {wanted} 的格式不是本程序认识的第 {FORMAT} 版。请用 python -m eval tune 重新生成。"
        )
    found = stored.get("gate")
    gate: dict[str, Any] = found if isinstance(found, dict) else {}
    values = _numbers(wanted, stored, ("dense_weight", "context_boost"))
    limits = Gate(
        _weights(wanted, "gate.weights", gate.get("weights")),
        _weights(wanted, "gate", {"bias": gate.get("bias")})["bias"],
        _numbers(wanted, gate, ("least",))["least"],
    )
    ranker = _weights(wanted, "ranker", stored.get("ranker"))
    judge = _weights(wanted, "judge", stored["judge"]) if stored.get("judge") else {}
    return Tuning(str(stored.get("version", "")), **values, gate=limits, ranker=ranker, judge=judge)


def _weights(path: Path, name: str, weights: object) -> dict[str, float]:
    """Named weights; names that this version does not know are left unused."""
    if not isinstance(weights, dict) or not weights:
        raise SettingsError(f"调参文件 {path} 里没有 {name}（各项权重）。请用 python -m eval tune 重新生成。")
    for key, value in weights.items():
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not math.isfinite(value):
            raise SettingsError(f"调参文件 {path} 里的 {name}.{key} 应为数，而不是 {value}。")
    return {str(key): float(value) for key, value in weights.items()}


def made_of(path: Path | None = None) -> dict[str, Any]:
    """By part, how the values of a file that ``load_tuning`` takes were found, as ``python -m eval tune`` noted it."""
    made = json.loads((path or SHIPPED).read_text("utf-8")).get("made")
    return made if isinstance(made, dict) else {}


def tuning_text(tuning: Tuning, made: Mapping[str, Any]) -> str:
    """The text of a tuning file; ``made`` says from what the values were found."""
    return json.dumps({"format": FORMAT, **asdict(tuning), "made": dict(made)}, ensure_ascii=False, indent=2) + "\n"


def _numbers(path: Path, stored: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, float]:
    """The named numbers of a file, each between 0 and 1."""
    found = {}
    for name in names:
        value = stored.get(name)
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value <= 1:
            raise SettingsError(f"调参文件 {path} 里的 {name} 应为 0 到 1 之间的数，而不是 {value}。")
        found[name] = float(value)
    return found
