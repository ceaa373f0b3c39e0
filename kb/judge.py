"""The judge: does a passage answer a question? A cross-encoder that the user configures; none by default.

One may be trained here (``python -m eval train``): low-rank additions to the bundled encoder's lower layers, merged at
load. Its logit is one sign among others for ranking passages and for the gate.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from kb.embedding import store
from kb.embedding.protocol import Vectors
from kb.errors import EmbeddingUnavailable
from kb.pairing import paired

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from kb.embedding.bert import Bert

_ADAPTER = ".safetensors"
_REMEMBERED = 4096  # judgements kept: a follow-up or a repeated question costs nothing


class Judging(Protocol):
    """Whatever can judge passages."""

    def logits(self, question: str, passages: Sequence[tuple[str, str]]) -> list[float]:
        """How sure each (context, passage) answers the question; 0 is even."""
        ...


def open_judge(setting: str, cache: Path) -> Judging | None:
    """The judge a setting names: ``off``, an adapter file, or a sentence-transformers CrossEncoder's name or folder.

    Cheap: it loads at its first use.
    """
    wanted = setting.strip()
    if wanted in ("", "off"):
        return None
    if wanted.endswith(_ADAPTER):
        return Judge(cache, Path(wanted).expanduser())
    from kb.judge_local import CrossEncoderJudge

    return CrossEncoderJudge(wanted)


@dataclass(frozen=True, slots=True)
class _Loaded:
    tokenizer: Tokenizer
    bert: Bert
    weight: Vectors
    bias: float


class Judge:
    """A judge trained on the bundled encoder, loaded at its first use. Threads may share it."""

    def __init__(self, cache: Path, adapter: Path, bfloat16: bool | None = None) -> None:
        """``cache`` is where the bundled encoder is unpacked, ``adapter`` what was learned."""
        self._cache, self._adapter, self._bfloat16 = cache, adapter, bfloat16
        self._lock = threading.Lock()
        self._loaded: _Loaded | None = None
        self._known: OrderedDict[tuple[str, str, str], float] = OrderedDict()

    def logits(self, question: str, passages: Sequence[tuple[str, str]]) -> list[float]:
        """How sure each (context, passage) answers the question; 0 is even. Raises EmbeddingUnavailable."""
        keys = [(question, context, passage) for context, passage in passages]
        with self._lock:
            known = {key: self._known[key] for key in keys if key in self._known}
        new = [key for key in dict.fromkeys(keys) if key not in known]
        if new:
            model = self._model()
            rows = paired(model.tokenizer, question, [key[1:] for key in new])
            states = model.bert.first_and_mean(rows)
            known |= dict(zip(new, (states @ model.weight + model.bias).tolist(), strict=True))
            with self._lock:
                self._known |= known
                while len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
        return [known[key] for key in keys]

    def _model(self) -> _Loaded:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> _Loaded:
        folder = store.model_folder(self._cache)
        try:
            from tokenizers import Tokenizer

            from kb.embedding.additions import read_additions
            from kb.embedding.bert import Bert
            from kb.embedding.bundled import has_bfloat16

            learned = read_additions(self._adapter)
            native = has_bfloat16() if self._bfloat16 is None else self._bfloat16
            bert = Bert(folder, native, depth=int(learned.notes["depth"]), added=learned.summands)
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except ImportError as error:
            raise EmbeddingUnavailable(f"缺少运行判断模型的包 {error.name}。请运行 make setup 重新安装。") from error
        except Exception as error:  # safetensors and tokenizers raise their own bare Exceptions
            raise EmbeddingUnavailable(
                f"判断模型 {self._adapter} 读不出来（{error}）。"
                "请用 python -m eval train 重新训练，或设 ZHICE_JUDGE=off 不用它。"
            ) from error
        weight = learned.others["head.weight"].numpy()[0].astype(np.float32)
        return _Loaded(tokenizer, bert, weight, float(learned.others["head.bias"][0]))
