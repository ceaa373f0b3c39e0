"""What a question asks for expressly and a passage does not give."""

from __future__ import annotations

import pytest

from kb.followup import analyse_turn
from kb.lacks import Lack, Lacking, lacking
from kb.model import PolicyDocument, Section, Table
from kb.query import analyse
from kb.view import DocumentView

AWARD = "新认定国家级孵化器奖补150万元、省级80万元、市级50万元，由市科技局负责。"


def lack(question: str, text: str, heading: str = "", **fields: object) -> Lack | None:
    """What a document of one passage lacks for a question."""
    sections = (Section("", heading, heading, 1, 0, len(text)),) if heading else ()
    document = PolicyDocument(
        text, sections=sections, **{"title": "云溪市夜市办法", "issuer": "云溪市人民政府"} | fields
    )
    return lacking(analyse(question), DocumentView(document), 0, len(text))


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("云溪市为什么把奖补降到了100万元？", AWARD, Lack("原因")),
        ("取消奖补的原因是什么？", "奖补自2031年起取消。", Lack("原因")),
        ("取消奖补的原因是什么？", "因资金不足，奖补自2031年起取消。", None),
        ("办理由哪个单位牵头？", AWARD, None),
        ("省级孵化器给多少奖金？", AWARD, None),
        ("省级孵化器一年顶天多少？", AWARD, None),
        ("省级孵化器交多少学费？", AWARD, Lack("学费")),
        ("除了市里的，县里还给多少？", "县财政另给5万元。", None),
        ("该企业被称为什么？", AWARD, None),
        ("申请奖补要带什么材料？", AWARD, Lack("材料")),
        ("申请奖补要带什么材料？", "申请人提交营业执照和场地租赁合同。", None),
        ("哪几家银行办理贷款？", "合作银行按不低于五倍放大。", Lack("名称", decisive=True)),
        ("哪几家银行办理贷款？", "由工商银行和云溪农商银行办理。", None),
        ("评为优秀的是哪8家孵化器？", "参评37家，优秀8家、良好18家、合格9家。", Lack("名称", decisive=True)),
        ("评为优秀的是哪几家孵化器？", "优秀的有青岩软件孵化器、桑溪智造孵化器、河湾低空孵化器。", None),
        (
            "2031年新认定了哪几家市级科技企业孵化器？",
            "孵化器提供物理空间、共享设施和专业服务。",
            Lack("名称", decisive=True),
        ),
        ("市科技局把终评委托给了哪家机构？", "由市科技局委托第三方机构开展终期评估。", Lack("名称", decisive=True)),
        ("终评委托给了哪家机构？", "委托云溪市产业研究院开展终期评估。", None),
        ("哪家给得多？", AWARD, None),
        ("由哪几个部门负责？", AWARD, None),
        ("从哪一天开始受理？", "连续经营满12个月后受理。", Lack("日期")),
        ("从哪一天开始受理？", "每年3月1日起受理。", None),
        ("奖补为何由150万元降到100万元？", "考虑到财力，奖补由150万元降到120万元。", Lack("100万元", Lacking.STATED)),
        ("补贴下调到每户5000元是哪个文号规定的？", "补贴为每户8000元。", Lack("5000元", Lacking.STATED)),
        ("投资5000元能补多少？", "补贴为每户8000元。", None),
        ("操作班报名要交多少学费？", "结业人员每人给予1000元补贴。", Lack("学费")),
        ("操作班每期多少课时？", "每期培训不少于40课时。", None),
        ("房租多少？", "租金每月二十元。", None),
        ("农民合作社最高能贷多少？", "个人最高贷款20万元。", Lack("合作社", Lacking.NAMED)),
        ("退伍军人最高能贷多少？", "退役军人最高贷款20万元。", None),
        (
            "省里对标杆企业另发多少奖金？",
            "新评定的市级标杆企业奖励60万元。",
            Lack("省里", Lacking.NAMED, decisive=True),
        ),
        ("市里奖多少？", "新评定的标杆企业奖励60万元。", None),
        ("区里奖多少？", "新评定的标杆企业奖励60万元。", Lack("区里", Lacking.NAMED, decisive=True)),
        ("国家给多少？", "新认定国家级孵化器奖补150万元。", Lack("国家给", Lacking.NAMED, decisive=True)),
        ("市科技局局长是谁？", "经市科技局局长办公会议审议通过。", Lack("姓名", decisive=True)),
        ("谁是市科技局局长？", "市科技局局长王岩松介绍了情况。", None),
        ("市长叫什么名字？", "李云帆同志任云溪市市长。", None),
        ("谁负责兑现？", "由市科技局局长办公会议研究。", None),
        ("补贴由900元提高到30元是什么时候？", "补贴由900元提高到1100元，期限30天。", Lack("30元", Lacking.STATED)),
        ("申请奖补要带什么材料？", "材料不齐的，当场一次告知。", Lack("材料")),
        ("申报国家级孵化器面积要多大？", "孵化场地面积不少于3000平方米。", Lack("国家级", Lacking.NAMED)),
        ("申报市级孵化器面积要多大？", "孵化场地面积不少于3000平方米。", None),
    ],
)
def test_what_is_lacking(question: str, text: str, expected: Lack | None) -> None:
    assert lack(question, text) == expected


def test_a_heading_gives_what_its_text_does_not_name() -> None:
    assert lack("为什么要修订？", "旧办法的标准偏低。", "为什么要修订") is None
    assert lack("申请要交哪些材料？", "申请书、房产证。", "申请材料") is None


def test_a_row_names_what_its_columns_do() -> None:
    head, row = "序号 | 企业名称 | 项目", "1 | 柏流泵阀有限公司 | 追溯系统"
    table = Table(None, tuple(head.split(" | ")), (tuple(row.split(" | ")),), 0, len(head) + 1 + len(row))
    view = DocumentView(PolicyDocument(f"{head}\n{row}", title="名单", tables=(table,)))
    for question, expected in (
        ("追溯系统是哪家服务商做的？", Lack("名称", decisive=True)),
        ("入围的是哪几家企业？", None),
    ):
        assert lacking(analyse(question), view, len(head) + 1, table.end) == expected


def test_traditional_characters_are_read() -> None:
    assert lack("为什么取消？", "由於經費不足而取消。") is None


def test_a_follow_up_is_judged_by_what_it_asks_itself() -> None:
    view = DocumentView(PolicyDocument("大赛在会展中心举办。", title="云溪杯大赛"))
    before = "云溪杯大赛从哪一天开始？"
    for turn, expected in (
        ("在哪里办？", None),
        ("为什么？", Lack("原因")),
        ("那青岩杯呢？", Lack("青岩", Lacking.ABSENT, decisive=True)),
    ):
        assert lacking(analyse_turn(turn, [before]), view, 0, len(view.document.text)) == expected


@pytest.mark.parametrize(
    ("turn", "text", "expected"),
    [
        ("能贷款吗？", "个人贷款最高30万元。", None),
        ("能贷款吗？", "每户补贴6000元。", Lack("贷款", Lacking.OWN)),
        ("今天天气怎么样？", "每户补贴6000元。", Lack("今天天气", Lacking.ABSENT, decisive=True)),
        ("二等奖呢？", "一等奖5万元，二等奖3万元。", None),
        ("四等奖呢？", "一等奖5万元，二等奖3万元。", Lack("四等奖", Lacking.ABSENT, decisive=True)),
        ("有年龄限制吗？", "每户补贴6000元。", None),  # 35周岁以下 gives an age without the word
        ("补贴给谁？", "每户6000元。", None),
    ],
)
def test_what_a_follow_up_names_itself(turn: str, text: str, expected: Lack | None) -> None:
    view = DocumentView(PolicyDocument(f"{text}\n创业的可以向银行贷款。", title="创业措施"))
    assert lacking(analyse_turn(turn, ["创业每户补贴多少？"]), view, 0, len(text)) == expected
