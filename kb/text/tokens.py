"""Tokens for the lexical index and for comparing questions with sentences.

Han runs give jieba's search-mode words and, in the index, all bigrams; Latin words and numbers stay whole.
"""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_cache_dir

from kb.text.normal import fold

if TYPE_CHECKING:
    import jieba
    from jieba.posseg import POSTokenizer

_RUN = re.compile(r"(?P<han>[\u3400-\u9fff\U00020000-\U0003ffff〇]+)|(?P<num>\d+(?:,\d{3})*(?:\.\d+)?)|(?P<latin>[a-zπ]+)")
# Short names of agencies and plans that jieba's dictionary lacks: without them 人社局 becomes 人 / 社局.
_DOMAIN_WORDS = (
    "人社局 人社厅 人社部 人社 发改委 发改局 经信局 经信厅 工信部 工信局 工信厅 科技局 科技厅 科技部 财政局 财政厅 住建局 住建厅 住建部 "
    "市监局 市场监管局 卫健委 卫健局 医保局 医保中心 税务局 教育局 教育厅 民政局 民政厅 商务局 商务厅 交通局 自规局 网信办 统战部 "
    "人力社保局 政数局 数据局 工商联 众创空间 孵化器 在孵企业 专精特新 小巨人 大孵化器 科创 双创 高新区 经开区 高新技术企业 瞪羚企业 "
    "行动计划 实施方案 管理办法 暂行办法 实施细则 牵头单位 责任单位 联系人 联系电话 有效期 公积金 养老金 失业金 社保 医保 居住证 落户"
).split()
_lock = threading.Lock()


@lru_cache(maxsize=1)
def _tokenizer() -> jieba.Tokenizer:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    # jieba reads its cache with marshal: keep it in a folder of the user's own, not in the shared /tmp.
    folder = Path(os.environ.get("ZHICE_CACHE") or user_cache_dir("zhice")) / "jieba"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    tokenizer.tmp_dir = str(folder)
    with _lock:
        tokenizer.initialize()
        for word in _DOMAIN_WORDS:
            tokenizer.add_word(word)
    return tokenizer


def warm() -> None:
    """Load the dictionary now (about a second) instead of at the first token."""
    _tagger()


def _runs(text: str) -> Iterator[tuple[str, str]]:
    for match in _RUN.finditer(fold(text)):
        yield match.lastgroup or "", match.group()


@lru_cache(maxsize=1)
def _tagger() -> POSTokenizer:
    from jieba.posseg import POSTokenizer

    return POSTokenizer(_tokenizer())


def tagged_words(text: str) -> list[tuple[str, str]]:
    """Words with their part of speech (ICTCLAS tags: n, v, ns, r …), coarse, new words guessed. For questions."""
    return [(pair.word, pair.flag) for pair in _tagger().cut(fold(text)) if pair.word.strip()]


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
