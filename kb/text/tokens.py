"""Tokens for the lexical index and for comparing questions with sentences.

Han runs give jieba's search-mode words and, in the index, all bigrams; Latin words and numbers stay whole.
"""

from __future__ import annotations

import io
import logging
import re
import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_cache_dir

from kb.text.dictionary import Dictionary, load
from kb.text.lexicon import word_list
from kb.text.normal import fold

if TYPE_CHECKING:
    import jieba
    from jieba.posseg import POSTokenizer

_RUN = re.compile(
    r"(?P<han>[\u3400-\u9fff\U00020000-\U0003ffff〇]+)|(?P<num>\d+(?:,\d{3})*(?:\.\d+)?)|(?P<latin>[a-zπ]+)"
)
_LONGEST_GUESSED = 240
_COMMON = 400  # occurrences in jieba's corpus
_REPEATED = re.compile(r"(.)\1{3,}")
_cache: Path | None = None
_lock = threading.Lock()


@lru_cache(maxsize=1)
def _dictionary() -> Dictionary:
    # It is read with marshal: keep it in a folder of the user's own, not in the shared /tmp.
    return load((_cache or Path(user_cache_dir("zhice"))) / "jieba")


@lru_cache(maxsize=1)
def _tokenizer() -> jieba.Tokenizer:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    with _lock:
        known = _dictionary()
        tokenizer.FREQ, tokenizer.total, tokenizer.initialized = known.frequencies, known.total, True
        tokenizer.get_dict_file = io.BytesIO  # whoever asks for the text wants to parse the tags again
        for word in word_list("domain"):
            tokenizer.add_word(word)
    return tokenizer


def keep_cache_in(folder: Path) -> None:
    """Where the dictionary's cache is kept; counts until the dictionary is first used."""
    global _cache
    _cache = folder


def warm() -> None:
    """Load the dictionary now (about a second) instead of at the first token."""
    _tagger()


def _runs(text: str) -> Iterator[tuple[str, str]]:
    for match in _RUN.finditer(fold(text)):
        yield match.lastgroup or "", match.group()


@lru_cache(maxsize=1)
def _tagger() -> POSTokenizer:
    import jieba

    jieba.dt = _tokenizer()  # posseg builds a tagger on it when imported: ours gives it no text to parse
    from jieba import posseg

    tagger: POSTokenizer = posseg.dt
    if tagger.tokenizer is not _tokenizer():
        tagger = posseg.POSTokenizer(_tokenizer())
    tagger.word_tag_tab = _dictionary().tags
    return tagger


def tagged_words(text: str) -> list[tuple[str, str]]:
    """Words with their part of speech (ICTCLAS tags: n, v, ns, r …), coarse, new words guessed. For questions."""
    folded = _REPEATED.sub(r"\1\1\1", fold(text))
    # Guessing words takes milliseconds a character: no question of one person is longer.
    guess = len(folded) <= _LONGEST_GUESSED
    return [(pair.word, pair.flag) for pair in _tagger().cut(folded, HMM=guess) if pair.word.strip()]


def cut(text: str) -> list[str]:
    """The words of a text as it stands, coarse, with all other characters between them: they join to the text."""
    return list(_tokenizer().cut(text, HMM=False))


def is_known(word: str) -> bool:
    """Whether the dictionary has a word, so that it was not guessed from its characters."""
    return frequency(word) > 0


def frequency(word: str) -> int:
    """How often a word occurs in the dictionary's own corpus; 0 for what is no word of it."""
    return int(_tokenizer().FREQ.get(word) or 0)


def is_common(word: str) -> bool:
    """Whether a word is frequent in the dictionary's own corpus, as few names are (和平, 开发)."""
    return frequency(word) >= _COMMON


def names_thing(word: str) -> bool:
    """Whether a word may be a name: one that the dictionary lacks, or has as a noun or name (no 偏远, 周边, 任一)."""
    tag = str(_tagger().word_tag_tab.get(word) or "") if is_known(word) else "n"
    return tag.startswith("n")


def words(text: str) -> list[str]:
    """Words of a text in order, coarse (no overlaps)."""
    return [word for word, _ in tagged_words(text)]


def index_tokens(text: str) -> list[str]:
    """Tokens to index: search-mode words of two characters and more, Han bigrams, numbers, Latin words."""
    tokenizer = _tokenizer()
    out: list[str] = []
    for kind, run in _runs(text):
        if kind != "han":
            out.append(run.replace(",", ""))
        elif len(run) == 1:
            out.append(run)
        else:
            out.extend(w for w in tokenizer.cut_for_search(run, HMM=False) if len(w) > 1)
            out.extend(run[i : i + 2] for i in range(len(run) - 1))
    return out


def query_tokens(text: str) -> list[str]:
    """Tokens to look up: made the same way as those indexed."""
    return index_tokens(text)
