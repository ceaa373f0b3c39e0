"""Questions that the base nearly answers: another place, giver or claimant, a reason nobody gives; and spoken ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kb.base import KnowledgeBase
from kb.model import Kind, Reply
from tests.bases import open_base, submission

DAY = date(2031, 6, 1)
RULES = {
    "yunxi": (
        "云溪市",
        "第三条 摊位补贴按每月200元发放，由市城管局负责。申请人每年3月1日至3月31日提交身份证和设摊登记表。",
    ),
    "linlan": (
        "临澜市",
        "第三条 摊位补贴按每月150元发放，由市城管局负责。申请人每年5月1日至5月31日提交身份证和设摊登记表。",
    ),
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with open_base(Path(tmp_path_factory.mktemp("near"))) as base:
        base.put_many(
            submission(
                f"{name}.txt",
                f"{city}夜市摊位补贴办法\n第一条 为规范夜市，制定本办法。\n{rule}\n第四条 虚假设摊的，追回补贴。",
                policy_id=name,
                title=f"{city}夜市摊位补贴办法",
                issuer=f"{city}人民政府",
                kind=Kind.MEASURES,
                effective_from="2030-01-01",
            )
            for name, (city, rule) in RULES.items()
        )
        yield base


@pytest.mark.parametrize(
    ("question", "cited", "said"),
    [
        ("云溪的摊位每月补贴多少元？", "yunxi", "200元"),
        ("临澜市的摊位每月补贴多少元？", "linlan", "150元"),
        ("在云溪摆摊每个月能领多少钱", "yunxi", "200元"),
        ("临澜申请摊位补贴要带什么材料？", "linlan", "设摊登记表"),
    ],
)
def test_the_place_asked_about_answers(base: KnowledgeBase, question: str, cited: str, said: str) -> None:
    answer = base.ask(question, as_of=DAY)
    assert {c.policy_id for c in answer.citations} == {cited}, answer.reason
    assert said in answer.text


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("青川市的摊位每月补贴多少元？", "没有找到关于青川市的依据：内容最接近的文件讲的是别的地区。"),
        ("云溪市为什么要发摊位补贴？", "找到了相关文件，但没有在其中找到所问的原因。"),
        ("云溪市的摊位补贴由哪几家银行代发？", "找到了相关文件，但没有在其中找到所问的名称。"),
        ("云溪市合作社的摊位每月补贴多少元？", "没有足够的依据：最接近的文件里没有提到“合作社”。"),
        ("云溪市的摊位，省里每月另给多少元？", "没有足够的依据：最接近的文件里没有提到“省里”。"),
        ("云溪市把摊位补贴提高到每月300元，由谁负责？", "没有找到与“300元”相符的依据。"),
        ("云溪市的摊位每月收多少管理费？", "没有足够的依据：最接近的文件里没有提到“管理费”。"),
    ],
)
def test_what_is_not_said_is_refused_with_its_reason(base: KnowledgeBase, question: str, reason: str) -> None:
    answer = base.ask(question, as_of=DAY)
    assert (answer.abstained, answer.reason) == (True, reason), answer.text


def test_a_reply_is_known_by_the_number_of_the_suggestion_it_answers(tmp_path: Path) -> None:
    title, numbers = "云溪市商务局对市人大建议的答复", {"112": "云商提复〔2031〕41号", "113": "云商提复〔2031〕42号"}
    with open_base(tmp_path) as base:
        base.put_many(
            submission(
                f"{n}.txt",
                f"{number}\n{title}\n提出第{n}号建议的各位代表：你们提出的建议收悉，现答复如下。",
                size=200,
                policy_id=n,
                title=title,
                doc_number=number,
                issuer="云溪市商务局",
                kind=Kind.REPLY,
                reply=Reply(suggestion_number=f"{n}号"),
            )
            for n, number in numbers.items()
        )
        for n, number in numbers.items():
            answer = base.ask(f"云溪市商务局答复人大第{n}号建议（延伸夜市链条）的文号是什么？", as_of=DAY)
            assert answer.text == f"《{title}》的文号是{number}。[1]", answer.reason
