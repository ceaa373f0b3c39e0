"""Numbers, claimants, labels and names of provisions, each read alone."""

from __future__ import annotations

import time

import pytest

from ingest.provisions.grants import grants_of
from ingest.provisions.labels import Field, asked_of, label_of
from ingest.provisions.names import heading_name, service_name
from ingest.provisions.numbers import granted
from ingest.provisions.people import claimants
from ingest.provisions.spans import masked
from ingest.provisions.values import places


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("对获评一等、二等的企业分别奖励30万元、20万元", [("amount", "30万元"), ("amount", "20万元")]),
        (
            "按不高于0.5%的比例给予奖励，单个机构奖励不超过500万元",
            [("rate", "0.5%"), ("cap", "单个机构奖励不超过500万元")],
        ),
        ("租用总价不超过90万元的厂房给予租金总价2.5%补贴", [("rate", "2.5%")]),
        ("补贴标准为70元/平方米(不超过4万元)", [("amount", "70元/平方米"), ("cap", "不超过4万元")]),
        ("护理标准不超过150元/人/日", [("cap", "不超过150元/人/日")]),
        ("给予20万至90万元的项目支持资金", [("amount", "20万至90万元")]),
        ("给予5万元以上10万元以下奖励", [("amount", "5万元"), ("amount", "10万元")]),
        ("奖励标准由1000元提高到1500元", [("amount", "1500元")]),
        ("标准分为1100、1700、2100元三档，给予资助", [("amount", "1100、1700、2100元")]),
        ("按年均营收额700—900万元标准，兑现6万元安家补贴", [("amount", "6万元")]),
        ("补贴金额最高不超过3万元（含3万元）", [("cap", "补贴金额最高不超过3万元")]),
        (
            "招用3人以上的，每增加1人给予3000元补贴，总额最高不超过3万元",
            [("amount", "3000元"), ("cap", "总额最高不超过3万元")],
        ),
        ("领取补贴后服务不满3年的，按每年15%比例退还补贴", []),
        ("单个项目补助限额由50万元调整为80万元", [("cap", "调整为80万元")]),
        ("最高贷款额度为单职工50万元，双职工60万元", [("cap", "最高贷款额度为单职工50万元"), ("cap", "60万元")]),
        ("每个资助5万元，立项时拨付60%", [("amount", "每个资助5万元")]),
        ("落地项目另奖15万元，带动就业的，增加1万元", [("amount", "15万元"), ("amount", "1万元")]),
        ("按1%税率计算的契税差额予以补贴", []),
        (
            "给予企业20万元补助，但不得超过其当年设备投入的15%",
            [("amount", "20万元"), ("cap", "不得超过其当年设备投入的15%")],
        ),
        (
            "按房租的40%给予补贴，最高不得超过实付房租的60%",
            [("rate", "40%"), ("cap", "最高不得超过实付房租的60%")],
        ),
        (
            "给予30万元奖励但不高于其纳税额的25%且累计不超过90万元",
            [("amount", "30万元"), ("cap", "不高于其纳税额的25%"), ("cap", "累计不超过90万元")],
        ),
        ("给予最高30万元奖励，以其纳税额的25%为限", [("cap", "最高30万元"), ("cap", "25%")]),
        ("按不超过30%的比例给予补助", [("rate", "30%")]),
        ("按照不超过设备投资额30%的比例给予补助", [("rate", "30%")]),
        ("给予不超过设备投资额12%的补助", [("rate", "12%")]),
        ("给予贴息，贴息比例最高不超过50%", [("rate", "50%")]),
        ("给予200万元以内的贷款，给予3%贴息", [("rate", "3%")]),
        ("发放200万元以下信用贷款，按3%给予贴息", [("rate", "3%")]),
        ("给予200万元贷款支持，按3%给予贴息", [("rate", "3%")]),
        ("给予6万元贷款风险补偿", [("amount", "6万元")]),
        ("给予6万元融资租赁补贴", [("amount", "6万元")]),
        ("给予20万元以内的一次性奖励", [("amount", "20万元")]),
        ("给予6万元贷款贴息", [("amount", "6万元")]),
        ("给予6万元的贷款利息补贴", [("amount", "6万元")]),
        ("给予最高90万元创业担保贷款", [("cap", "最高90万元")]),
        ("停止发放企业用工补贴，每人3000元", []),
        ("企业用工补贴3000元自2031年起停止发放", []),
        ("停止执行以下政策：对企业给予6万元奖励，对工坊给予9%补贴", []),
        ("暂停执行对新认定的企业，给予6万元奖励的政策，改为给予2万元补贴", [("amount", "2万元")]),
        ("给予3000元补贴，逾期停止发放", [("amount", "3000元")]),
        ("给予3 000元补贴", [("amount", "3 000元")]),
        ("给予2，000万元奖励，最高不超过4，500，000元", [("amount", "2，000万元"), ("cap", "最高不超过4，500，000元")]),
        ("给予２，０００．５万元奖励", [("amount", "２，０００．５万元")]),
        ("给予2,000万元奖励", [("amount", "2,000万元")]),
        ("给予补贴，标准见附件1 500元", [("amount", "500元")]),
        ("2031 400元补贴", [("amount", "400元")]),
        ("获一、二、三等奖的分别给予300，200，100元奖励", [("amount", "100元")]),
    ],
)
def test_numbers_by_what_they_say(sentence: str, values: list[tuple[str, str]]) -> None:
    assert [(g.role.value, sentence[g.start : g.end]) for g in granted(masked(sentence), 0, len(sentence))] == values


def cpu_seconds(piece: str, times: int) -> float:
    """The least of three runs over so many pieces in one sentence."""
    masks = masked(piece * times)

    def run() -> float:
        started = time.process_time()
        granted(masks, 0, len(masks.plain))
        return time.process_time() - started

    return min(run() for _ in range(3))


@pytest.mark.parametrize(
    ("piece", "values"),
    [
        ("补贴1元", ["1元"]),
        ("补贴1元（每人2元）", ["1元", "每人2元"]),
        ("停止发放，补贴1元，", ["1元"]),
        ("对停止发放的人给予1元", ["1元"]),
    ],
)
def test_a_sentence_of_many_numbers_is_read_in_linear_time(piece: str, values: list[str]) -> None:
    """A cell of a table is one sentence however long: twice the text may not take four times as long."""
    text = piece * 3
    assert [text[n.start : n.end] for n in granted(masked(text), 0, len(text))] == values * 3
    assert cpu_seconds(piece, 4000) <= 3.2 * cpu_seconds(piece, 2000)


@pytest.mark.parametrize(
    ("behind", "cap"),
    [
        ("每个单位2026年度补贴总额最高20万元", "补贴总额最高20万元"),
        ("同一企业累计补贴金额不超过50万元", "同一企业累计补贴金额不超过50万元"),
        ("每家企业每年最高不超过10万元", "每家企业每年最高不超过10万元"),
        ("单个项目最高支持300万元", "单个项目最高支持300万元"),
        ("总额控制在10万元以内", "总额控制在10万元"),
        ("封顶10万元", "封顶10万元"),
        ("享受期限不超过36个月", "享受期限不超过36个月"),
        ("累计补贴期限不超过3年", "累计补贴期限不超过3年"),
        ("人均最高不超过本市6个月最低生活保障标准", "人均最高不超过本市6个月最低生活保障标准"),
    ],
)
def test_a_ceiling_in_a_sentence_of_its_own_is_of_what_is_granted_before(behind: str, cap: str) -> None:
    text = f"对初创企业给予创业补贴1万元。{behind}。"
    (grant,) = grants_of(masked(text), 0, len(text))
    assert [(n.role.value, text[n.start : n.end]) for n in grant.numbers] == [("amount", "1万元"), ("cap", cap)]


@pytest.mark.parametrize(
    "sentence", ["累计发放补贴50万元", "全县购房补贴总额不超过500万元", "补贴资金总额500万元", "给予各区10万元奖励"]
)
def test_totals_and_what_governments_get_are_granted_to_nobody(sentence: str) -> None:
    assert grants_of(masked(sentence + "。"), 0, len(sentence) + 1) == []


@pytest.mark.parametrize(
    ("words", "who", "conditions"),
    [
        ("对新认定的高新技术企业，", ["新认定的高新技术企业"], []),
        (
            "见习单位在见习期满后留用学员，学员就业6个月以上的，由就业补助资金",
            ["见习单位"],
            ["在见习期满后留用学员，学员就业6个月以上"],
        ),
        ("支持企业拓展市场，对参加展会的小微企业，", ["参加展会的小微企业"], []),
        ("2026年1月1日至12月31日期间，首次购买新建住房的，", ["首次购买新建住房"], []),
        (
            "毕业5年内的高校毕业生、登记失业人员和返乡农民工在本市首次创业，正常经营满9个月的，",
            ["毕业5年内的高校毕业生、登记失业人员和返乡农民工"],
            ["在本市首次创业，正常经营满9个月"],
        ),
        ("支持各类市场主体购买商品住房，", ["各类市场主体"], []),
    ],
)
def test_who_and_under_which_conditions(words: str, who: list[str], conditions: list[str]) -> None:
    found = claimants(masked(words).bare, 0, len(words))
    assert [words[a:b] for a, b in found.audience] == who
    assert [words[a:b] for a, b in found.conditions] == conditions


@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("补贴对象", Field.AUDIENCE),
        ("【申报条件】：", Field.CONDITIONS),
        ("所需材料", Field.MATERIALS),
        ("线上办理流程", Field.PROCEDURE),
        ("受理部门", Field.WINDOW),
        ("查询、咨询电话", Field.PHONE),
        ("申请时间", Field.DEADLINE),
        ("奖励标准", Field.STANDARD),
        ("补贴期限", Field.TERM),
        ("办理时限", Field.OTHER),
        ("收费标准", Field.OTHER),
        ("示范基地申请材料", Field.MATERIALS),
        ("补贴标准和期限", Field.STANDARD),
        ("材料名称", Field.MATERIALS),
        ("补贴要求", Field.CONDITIONS),
        ("审核和发放", Field.PROCEDURE),
        ("街道地址", Field.WINDOW),
        ("材料提交地点", Field.WINDOW),
        ("购房补助券申请材料", Field.MATERIALS),
        ("经办时限", Field.OTHER),
        ("窗口时间", Field.OTHER),
        ("载体建设", None),
        ("工作任务", None),
    ],
)
def test_labels_of_fields(title: str, label: Field | None) -> None:
    assert label_of(title) == label


def test_questions_of_fields() -> None:
    assert asked_of("到哪里办理？") == Field.WINDOW
    assert asked_of("什么是创业补贴？") == Field.OTHER
    assert asked_of("到哪里办理") is None


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("谁可以申报", Field.AUDIENCE),
        ("补助多少", Field.STANDARD),
        ("怎么申报", Field.PROCEDURE),
        ("如何推进改革", None),
        ("谁来建设示范基地", None),
    ],
)
def test_headings_that_ask_without_a_mark(heading: str, field: Field | None) -> None:
    assert asked_of(heading, headed=True) == field


def test_places_are_told_from_times_and_numbers() -> None:
    text = "应当在15日内告知窗口；向户籍所在地街道办事处提出申请，收到结果后登录“云溪安家”平台领取。"
    assert [text[slice(*s)] for s in places(text, 0, len(text))] == ["户籍所在地街道办事处", "“云溪安家”平台"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("2026年云溪市租金补贴申请指引", "租金补贴"),
        ("云溪市财政局关于印发《2026年云溪市稻谷补贴实施方案》的通知", "稻谷补贴"),
        ("云溪市市场主体登记管理办法", "市场主体登记"),
        ("关于发放多子女家庭购房补贴的通知", "多子女家庭购房补贴"),
    ],
)
def test_names_out_of_titles(title: str, name: str) -> None:
    assert service_name(title) == name
    assert name in title


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("实施购房补贴政策", "购房补贴"),
        ("加大首次创业补贴力度", "首次创业补贴"),
        ("公园、场馆门票减免", "场馆门票减免"),
        ("载体建设", None),
        ("一次性奖励", None),
        ("补贴标准", None),
    ],
)
def test_names_out_of_headings(title: str, name: str | None) -> None:
    assert (heading_name(title) or None) == name
