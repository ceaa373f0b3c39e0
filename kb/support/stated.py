"""Where the conditions of a provision stand: spans of its document, still to be cut into single ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.model import PolicyDocument, Provision, Table
from kb.support.clauses import BARS, GRANT, IF, LEVELS, ONCE, of_the_body
from kb.support.pieces import CLAUSE, STOP, behind_label_start, head_of_list, locate, pieces, sentence_start

_OWN = 420  # characters of a provision that is a rule of its own, and no whole chapter
#: Who gets it within the clause of the grant: 对新认定的孵化器配套…, 新认定的孵化器一次性奖补50万元
_WHO_GETS = re.compile(
    r"(?:对|给)?(?P<who>(?:新|每|首次)?[^，。；\d]{0,4}(?:认定|评定|获评|评为|评选|毕业|新增)[^，。；]{0,16}?)"
    r"(?:的)?(?:，)?(?:由[^，]{2,8})?(?:一次性)?(?:再|各)?(?:配套|给予|奖励|奖补|补助|补贴|资助)"
)
#: What a further instalment hangs on: 次年绩效评价合格以上的再拨付20万元
_LATER = re.compile(r"(?P<when>[^，。；]{4,24}的)(?:，)?(?:再|方可|才能?)(?:拨付|发放|兑现)")
_FOLLOWING = re.compile(
    r"(?:适用于|对象[为是]?|给予|对)?(?P<who>[^。；\n]{6,80}?)的?下列(?:人员|对象|企业|单位|申请人)[：:]?$"
)
#: What follows who was told of where that was cut off at a word of grants (享受市级安家 | 补贴的B类人才，)
_GOES_ON = re.compile(r"(?P<rest>(?:补贴|补助|奖励|津贴|资助)的[^，。；\n]{2,40}(?:人员|人才|企业|单位|者|户))[，,]")
#: Whom the sums of a list go to, by its head (按下列标准发给在本市首次购房的人才：)
_GIVEN_TO = re.compile(
    r"(?:标准|数额|金额)[^，。；\n]{0,4}(?:发给|给予)(?P<who>[^，。；\n]{4,40}?(?:人才|人员|企业|单位|者|户|职工))[，：]"
)
_SAYS_WHO = re.compile(r"^(?:[^，。；]{0,8})?(?:对象|条件|范围)(?:为|是|包括)[：:]?")
_IS_THAT = re.compile(r"^(?:其)?条件(?:为|是)")
_UNTIL = re.compile(r"(?:之日|后|当日)起\s*[\d一二三四五六七八九十两半]+(?:年|个月)(?:半)?内|申请(?:期限|时限)为")
_WHO_LINE = re.compile(
    r"^[（(]?[一二三四五六七八九十\d]*[）)]?[.．、]?\s*(?:[\u4e00-\u9fff]{0,6}(?:对象|条件|"
    r"范围|人群)|(?:企业|单位|个人|申请[人者])(?:要|应当?|须|需)(?:做到|符合|满足|具备|达到)|适用)[：:]"
)
_HEADS = {"对象": re.compile(r"对象|人群|适用|主体|范围"), "条件": re.compile(r"条件|要求|门槛")}


def spans_of(document: PolicyDocument, provision: Provision) -> list[tuple[int, int]]:
    """The spans that say who gets a support and on which conditions, in the order of the text."""
    row = row_of(document, provision)
    if row is not None:
        return sorted(set(row))
    spans = [*_beside(document.text, provision), *_told(document, provision)]
    headed = _lead(document.text, provision.start)
    spans += [headed] if headed else []
    if provision.end - provision.start <= _OWN:
        behind = (p.start for p in document.provisions if p.start >= provision.end)
        spans += _own(document.text, provision, min(behind, default=len(document.text)))
    else:
        spans += _beside_sum(document.text, provision)
    return sorted(set(spans))


def table_of(document: PolicyDocument, provision: Provision) -> Table | None:
    """The table a provision is a row of."""
    if "|" not in document.text[provision.start : provision.end].split("\n", 1)[0]:
        return None
    return next((t for t in document.tables if t.start <= provision.start and provision.end <= t.end), None)


def row_of(document: PolicyDocument, provision: Provision) -> list[tuple[int, int]] | None:
    """The cells of a provision's row that say who and on which conditions; None where it is no row."""
    table = table_of(document, provision)
    if table is None:
        return None
    cells = cells_of(document.text, provision)
    heads = table.header
    named = () if provision in document.provisions else (provision.audience or "").split("；")
    found = []
    for head, (start, end) in zip(heads, cells, strict=False):
        asks = any(pattern.search(head) for pattern in _HEADS.values()) or document.text[start:end] in named
        if asks and end - start > 1:
            found.append((start, end))
    return found


def cells_of(text: str, provision: Provision) -> list[tuple[int, int]]:
    """The spans of the cells of the row a provision stands in."""
    start = text.rfind("\n", 0, provision.start) + 1
    end = text.find("\n", provision.start)
    spans, at = [], start
    for cell in text[start : end if end >= 0 else len(text)].split("|"):
        left = at + len(cell) - len(cell.lstrip())
        spans.append((left, max(left, at + len(cell.rstrip()))))
        at += len(cell) + 1
    return spans


def _told(document: PolicyDocument, provision: Provision) -> Iterator[tuple[int, int]]:
    """The spans of what the ingest took for the audience and the conditions."""
    for piece in [*(provision.audience or "").split("；"), *provision.conditions]:
        span = locate(document.text, piece.strip(), provision.start, provision.end)
        if span:
            cut_off = _GOES_ON.match(document.text, span[1])
            yield span[0], cut_off.end("rest") if cut_off else span[1]
            lead = _lead(document.text, span[0])
            if lead:
                yield lead


def _lead(text: str, start: int) -> tuple[int, int] | None:
    """What the head of a list asks of all its items (本办法适用于在本市…的下列人员：), without naming them."""
    above = head_of_list(text, start)
    given = _GIVEN_TO.search(text, *above) if above else None
    if given:
        return given.span("who")
    match = _FOLLOWING.search(text, *above) if above else None
    if above is None or match is None:
        return None
    begin = max(match.start("who"), *(text.rfind(c, 0, match.end("who")) + len(c) for c in ("适用于", "\u3000", "\n")))
    return (begin, match.end("who")) if match.end("who") - begin > 5 else None


def _beside(text: str, provision: Provision) -> Iterator[tuple[int, int]]:
    """Lines of the same list that say who and on which conditions (1.对象：… 2.条件：… 3.标准：…)."""
    for forward in (False, True):
        at = text.rfind("\n", 0, provision.start) + 1 if not forward else text.find("\n", provision.end) + 1
        for _ in range(4):
            if forward and at <= 0 or not forward and at <= 1:
                break
            start = at if forward else text.rfind("\n", 0, at - 1) + 1
            end = text.find("\n", start)
            line = text[start : end if end >= 0 else len(text)]
            if not re.match(r"[（(]?[一二三四五六七八九十\d]+[）)]?[.．、]?|[\u4e00-\u9fff]{2,8}[：:]", line):
                break
            said = _WHO_LINE.match(line)
            if said:
                takes_on = re.search(r"招用|吸纳|招收", said.group())
                yield (start + takes_on.start() if takes_on else start + said.end()), start + len(line)
            elif not re.search(r"[：:]", line[:16]):
                break
            at = start if not forward else end + 1


def _own(text: str, provision: Provision, limit: int) -> Iterator[tuple[int, int]]:
    """Clauses of the provision's own sentences that stand before a grant, say who, or say until when to apply.

    Behind it, up to ``limit`` in its paragraph, only what rules somebody out and until when to apply counts.
    """
    first = max(sentence_start(text, provision.start), behind_label_start(text, provision.start))
    end = STOP.search(text, max(provision.start, provision.end - 1))
    last = end.start() if end else len(text)
    line = text.find("\n", last)
    for start, stop in pieces(text, last, min(limit, line if line >= 0 else len(text)), STOP):
        says = _SAYS_WHO.match(text[start:stop])
        if says:
            yield start + says.end(), stop
        elif BARS.search(text[start:stop]):
            yield _ruling(text, start, stop), stop
        yield from (c for c in pieces(text, start, stop, CLAUSE) if ONCE.search(text[c[0] : c[1]]))
        yield from (c for c in pieces(text, start, stop, CLAUSE) if _UNTIL.search(text[c[0] : c[1]]))
    for start, stop in pieces(text, first, last, STOP):
        says = _SAYS_WHO.match(text[start:stop])
        if says:
            yield start + says.end(), stop
        else:
            yield from _of_sentence(text, start, stop)


def _of_sentence(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """The clauses of a sentence that ask for something: those before its grant, and some within it."""
    sentence = text[start:stop]
    clauses = list(pieces(text, start, stop, CLAUSE))
    grants = [i for i, (a, b) in enumerate(clauses) if GRANT.search(text[a:b])]
    grant = grants[0] if grants else len(clauses) if BARS.search(sentence) else 0
    before = clauses[:grant]
    if before and (any(text[a:b].endswith("的") for a, b in before) or (grants and IF.search(sentence))):
        yield from (c for c in before if IF.search(text[c[0] : c[1]]) or text[c[1] : c[1] + 1] == "，")
    if not grants and BARS.search(sentence):
        yield _ruling(text, start, stop), stop
    for a, b in clauses[grant:] if grants else ():
        yield from _within_grant(text, a, b)
    for i, (a, b) in enumerate(clauses):
        if i and (asks := _IS_THAT.match(text[a:b])):
            yield a + asks.end(), stop
    yield from (c for c in clauses if _UNTIL.search(text[c[0] : c[1]]) or ONCE.search(text[c[0] : c[1]]))


def _within_grant(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Who gets it by the clause of the grant, with what it does not go, and what a further instalment hangs on."""
    clause = text[start:end]
    who, later = _WHO_GETS.match(clause), _LATER.match(clause)
    if who and "不予" not in who.group():
        tiers = len(set(LEVELS.findall(clause))) > 1
        yield (start, end) if tiers else (start + who.start("who"), start + who.end("who"))
    elif re.match(r"(?:不得|不能|不可)与", clause):
        yield start, end
    if later:
        yield start, start + later.end("when")


def _beside_sum(text: str, provision: Provision) -> Iterator[tuple[int, int]]:
    """What rules somebody out in the paragraph of the sum, where the provision is a whole chapter."""
    first = next((p for p in (provision.amount, provision.rate, provision.cap) if p), "").split("；")[0]
    at = text.find(first, provision.start, provision.end) if first else -1
    if at < 0:
        return
    end = text.find("\n", at)
    for start, stop in pieces(text, at, min(end if end >= 0 else len(text), provision.end), STOP):
        if BARS.search(text[start:stop]):
            yield _ruling(text, start, stop), stop


def _ruling(text: str, start: int, stop: int) -> int:
    """Where the clauses begin that rule somebody out: behind those that only say how it is done."""
    clauses = list(pieces(text, start, stop, CLAUSE))
    return next((a for a, b in clauses if not of_the_body(text[a:b])), start)
