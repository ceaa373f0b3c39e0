"""Subheads that lost their place on a page, back to the paragraphs they stood above.

Articles of the 调研 kind are built of three parts: how things stand, what is lacking, what should be done. A subhead
names its part (基本情况, 薄弱环节, 对策建议); a paragraph shows its part by its topic sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

SITUATION, PROBLEM, MEASURE = 0, 1, 2
_SUBHEAD = (
    (MEASURE, re.compile(r"对策|建议|举措|措施|路径|思考|打算|出路|做法$|方向|下一步|抓手")),
    (PROBLEM, re.compile(r"困难|问题|短板|薄弱|不足|差距|挑战|瓶颈|制约|障碍|难点|堵点|梗阻")),
    (SITUATION, re.compile(r"情况|现状|成效|进展|基础|概况|特点|优势|背景|经验")),
)
_PROBLEM = re.compile(
    r"不够|不强|不足|不高|不优|不多|不畅|不大|不全|不深|不实|不清|缺乏|缺少|短缺|匮乏|滞后|薄弱|欠缺|欠佳|有待|待完善|"
    r"待提[高升]|待加强|差距|偏低|偏少|偏弱|偏小|瓶颈|困难|突破难|难以|较难|制约|压力|不容乐观|堵点|短板|亟待|亟需|尚未"
)
_MEASURE = re.compile(
    r"(?:要|应|须)?(?:着力|大力|进一步|切实|持续|全面|积极|加快|注重|突出|坚持|强化|加强|推动|推进|完善|优化|健全|构建|建强|"
    r"建立|建设|提升|深化|拓展|打造|做[强优大实好]|培育|引导|鼓励|支持|落实|创新|聚焦|实施|抓[好实住紧]|夯实|激发|营造|"
    r"壮大|保障|整合|探索|加大|增强|发挥|扩大|畅通|破解|补[齐强]|规范|统筹|搭建|压实|凝聚|厚植)"
)
_GOOD = re.compile(r"显著|明显|稳步|第一|领先|成型|良好|增强|提升|扩大|形成|突破|完善|居|达|累计|初具|喜人|快速")

_ACHIEVED = re.compile(
    r"(?:显著|明显|稳步|不断|持续|大幅|有效|全面|初步|逐步)[\u4e00-\u9fff]{2,4}。|第一。|领先。|前列。|成型。|突破。"
)


def subhead_part(text: str) -> int | None:
    """Which of the three parts a subhead names; None if none."""
    return next((part for part, pattern in _SUBHEAD if pattern.search(text)), None)


def paragraph_part(text: str) -> int | None:
    """Which part a paragraph belongs to, by its topic sentence (up to 30 characters); None if it has none."""
    topic = re.match(r"[^。]{2,30}。", text)
    if topic is None:
        return None
    if _PROBLEM.search(topic.group()):
        return PROBLEM
    if _ACHIEVED.search(topic.group()):
        return SITUATION
    if _MEASURE.match(topic.group()):
        return MEASURE
    return SITUATION if _GOOD.search(topic.group()) else None


def place_subheads(
    subheads: Sequence[str], bodies: Sequence[Sequence[str]], scores: Sequence[Sequence[float]]
) -> list[tuple[int, int]]:
    """For each subhead the article and the index of the paragraph it goes above, each part of an article once.

    ``scores[i][j]`` says how much of subhead i stands in article j. A subhead that names no part goes above the
    paragraph of its article that shares most with it.
    """
    parts = [[paragraph_part(text) for text in body] for body in bodies]
    places: list[tuple[int, int] | None] = [None] * len(subheads)
    used: set[tuple[int, int]] = set()
    choices = []
    for i, subhead in enumerate(subheads):
        part = subhead_part(subhead)
        for j in range(len(bodies)):
            has_part = part is not None and part in parts[j]
            choices.append((has_part, scores[i][j], -j, i, j))
    for has_part, _, _, i, j in sorted(choices, reverse=True):
        part = subhead_part(subheads[i])
        if places[i] is not None or (has_part and (j, part) in used):
            continue
        if has_part and part is not None:
            places[i] = (j, parts[j].index(part))
            used.add((j, part))
    return [place if place is not None else _by_wording(i, bodies, scores) for i, place in enumerate(places)]


def _by_wording(i: int, bodies: Sequence[Sequence[str]], scores: Sequence[Sequence[float]]) -> tuple[int, int]:
    return max(range(len(bodies)), key=lambda j: scores[i][j]), 0


def arrange(body: Sequence[str], subheads: Sequence[tuple[str, int]]) -> list[tuple[int | None, list[int]]]:
    """Paragraph indices in groups (subhead index or None, members), in the order in which the parts are read.

    Paragraphs that belong to no named part come first, in their order; a paragraph without a topic sentence goes
    with the one before it.
    """
    named = {subhead_part(text): i for i, (text, _) in enumerate(subheads) if subhead_part(text) is not None}
    part: int | None = None
    members: dict[int | None, list[int]] = {None: []}
    for i, text in enumerate(body):
        found = paragraph_part(text)
        part = found if found in named else (part if i and found is None else None)
        members.setdefault(part, []).append(i)
    groups: list[tuple[int | None, list[int]]] = [(None, members[None])] if members[None] else []
    for key in (SITUATION, PROBLEM, MEASURE):
        if key in named:
            groups.append((named[key], members.get(key, [])))
    placed = {s for s, _ in groups}
    groups += [(i, []) for i in range(len(subheads)) if i not in placed]
    return groups
