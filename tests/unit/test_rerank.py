"""The closer look: words in one sentence with its headings count for more than words strewn about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.fusion import Legs
from kb.model import Chunk
from kb.query import analyse
from kb.rerank import looked_at
from kb.text import holds_whole, split_sentences, squash, squash_lines
from kb.wording import Wording, wording


class Reader:
    """Every token is equally rare but 的; two documents with their openings."""

    def idf(self, token: str) -> float:
        return 0.0 if "的" in token else 1.0

    def openings(self, policy_ids):
        return {p: {"d1": "云溪市孵化器管理办法", "d2": "临河市农机通知"}[p] for p in policy_ids}


def chunk(chunk_id: str, policy_id: str, text: str, context: str = "") -> Chunk:
    return Chunk(chunk_id, policy_id, "r", 0, 0, len(text), text, context, None)


def test_a_question_is_pairs_of_characters_with_numbers_and_words_whole() -> None:
    words = wording(Reader().idf, "补贴20万元的AI企业")
    assert words.pieces == ("补贴", "20", "万元", "元的", "ai", "企业")
    assert words.weights == pytest.approx((0.2, 0.2, 0.2, 0.0, 0.2, 0.2))
    held = words.held("企业补贴")
    assert words.share(held) == pytest.approx(0.4)
    assert words.share(held | words.held("20")) == pytest.approx(0.6)


def test_numbers_and_words_are_held_as_a_whole() -> None:
    words = wording(Reader().idf, "第5条 20元 ai")
    assert words.pieces == ("第", "5", "条", "20", "元", "ai")
    assert [words.share(words.held(key)) > 0 for key in ("15", "2020", "1.5", "air", "20.5")] == [False] * 5
    assert [words.share(words.held(key)) for key in ("5家", "共20", "ai企业")] == pytest.approx([1 / 6] * 3)


def test_one_character_and_nothing_at_all_are_questions_too() -> None:
    assert wording(Reader().idf, "税") == Wording(("税",), (1.0,))
    assert wording(Reader().idf, "？") == Wording((), ())


def test_words_in_one_sentence_count_more_than_the_same_strewn_over_the_text() -> None:
    query = analyse("孵化器每年补贴多少")
    together = chunk("a", "d2", "孵化器每年补贴20万元。其他事项另行通知。")
    apart = chunk("b", "d2", "孵化器由局负责。每年开会。补贴另行通知。")
    legs = looked_at(Legs({"a": 1.0, "b": 1.0}, {}, ideal=4.0), Reader(), query, {"a": together, "b": apart})
    # BM25 1/4; of eight pieces the texts have 6 and 4, their best sentences 6 and 2
    assert legs.evidence == pytest.approx(
        {
            "a": 0.16 / 4 + (0.12 + 0.20 + 0.52) * 6 / 8,
            "b": 0.16 / 4 + (0.12 + 0.20) * 4 / 8 + 0.52 * 2 / 8,
        }
    )
    assert legs.lexical == {"a": 1.0, "b": 1.0}


def test_headings_and_the_opening_of_the_document_speak_for_a_chunk() -> None:
    query = analyse("云溪市孵化器每年补贴多少")
    text = "每年补贴20万元。"
    own, other = chunk("a", "d1", text), chunk("b", "d2", text)
    headed = chunk("c", "d2", text, "云溪市孵化器")
    legs = looked_at(Legs({}, {"a": 0.9, "b": 0.9, "c": 0.9}), Reader(), query, {"a": own, "b": other, "c": headed})
    # of eleven pieces the text has 3, opening or heading 5 more
    assert legs.evidence == pytest.approx(
        {"a": (0.12 * 3 + 0.72 * 8) / 11, "b": 0.84 * 3 / 11, "c": (0.12 * 3 + 0.72 * 8) / 11}
    )


ASKED = st.text(alphabet="补贴20万元ai 的企业", max_size=12)
TEXT = st.text(alphabet="补贴20万元ai。！\n 的，《》…企业\x00", max_size=60)


@given(st.lists(TEXT, max_size=5), ASKED)
def test_looking_at_all_texts_at_once_finds_what_each_has(texts: list[str], asked: str) -> None:
    words = wording(Reader().idf, asked)
    keys = [squash(text) for text in texts] or [""]
    lines = squash_lines(texts)
    assert lines.split("\n") == keys
    wanted = [[holds_whole(key, piece) for piece in words.pieces] for key in keys]
    assert words.held_by_line(lines).tolist() == wanted
    assert [words.held(key) for key in keys] == [sum(1 << n for n, has in enumerate(row) if has) for row in wanted]


@given(st.lists(st.tuples(TEXT.filter(str.strip), TEXT, st.sampled_from(("d1", "d2"))), max_size=4), ASKED)
def test_evidence_is_that_of_each_chunk_by_itself(texts: list[tuple[str, str, str]], asked: str) -> None:
    chunks = {str(n): chunk(str(n), p, text, context) for n, (text, context, p) in enumerate(texts)}
    words = wording(Reader().idf, analyse(asked).text)
    wanted = {}
    for chunk_id, one in chunks.items():
        opening = Reader().openings([one.policy_id])[one.policy_id]
        around = words.held(squash(one.context)) | words.held(squash(opening))
        each = [words.held(squash(one.text[a:b])) for a, b in split_sentences(one.text)]
        held = sum(1 << n for n in range(len(words.pieces)) if any(s >> n & 1 for s in each))
        best = max(words.share(s | around) for s in each)
        wanted[chunk_id] = 0.12 * words.share(held) + 0.20 * words.share(held | around) + 0.52 * best
    legs = looked_at(Legs({}, {}), Reader(), analyse(asked), chunks)
    assert legs.evidence == pytest.approx(wanted)
