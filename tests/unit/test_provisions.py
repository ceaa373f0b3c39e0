"""Supports and services found in look-alikes of policy documents, whole tuples; and the scores they are measured by."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parse import parse_document, parse_text
from ingest.provisions import find_provisions
from ingest.readers import read_bytes
from kb.model import Kind, PolicyDocument, Provision


def found(text: str) -> tuple[Provision, ...]:
    return tuple(p for d in parse_text(text) for p in find_provisions(d))


def found_in_html(html: str) -> tuple[Provision, ...]:
    return tuple(p for d in parse_document(read_bytes(html.encode(), "a.html"), "a.html") for p in find_provisions(d))


def span_of(text: str, first: str, last: str) -> tuple[int, int]:
    """From the beginning of one phrase to the end of another."""
    start = text.index(first)
    return start, text.index(last, start) + len(last)


GUIDE = """云溪市高校毕业生创业补贴办事指南
一、一次性开业补贴
补贴对象：在云溪市创办初创企业的高校毕业生。
补贴条件：
（1）企业登记注册满6个月；
（2）申请前连续3个月缴纳社会保险费。
补贴标准：8000元。
二、场地租金补贴
补贴对象：租用经营场地的初创企业。
补贴条件：
（1）租赁地址与注册地址一致。
补贴标准：按实际租金的40%给予补贴，每年最高不超过5000元。
补贴期限：累计不超过3年。
申报材料：
1.《云溪市创业补贴申请表》；
2.营业执照。
三、申请时间
每年4月1日至5月31日。
四、受理地点
云溪市就业服务中心3号窗口。
五、咨询电话
0799-6661234
"""


def test_a_guide_with_a_block_of_labels_for_each_support() -> None:
    """What is said once (time, place, telephone) belongs to both; materials stand under the second only."""
    shared = {"window": "云溪市就业服务中心3号窗口", "phone": "0799-6661234", "deadline": "每年4月1日至5月31日"}
    first = span_of(GUIDE, "8000元", "8000元")
    second = span_of(GUIDE, "按实际租金", "累计不超过3年")
    assert found(GUIDE) == (
        Provision(
            "一次性开业补贴",
            *first,
            amount="8000元",
            audience="在云溪市创办初创企业的高校毕业生",
            conditions=("企业登记注册满6个月", "申请前连续3个月缴纳社会保险费"),
            **shared,
        ),
        Provision(
            "场地租金补贴",
            *second,
            rate="40%",
            cap="每年最高不超过5000元；累计不超过3年",
            audience="租用经营场地的初创企业",
            conditions=("租赁地址与注册地址一致",),
            materials=("《云溪市创业补贴申请表》", "营业执照"),
            **shared,
        ),
    )


MEASURES = """云溪市促进工业企业发展若干措施
一、支持企业做大。对年营业收入首次达到1亿元的企业，给予20万元奖励；对首次达到10亿元的企业，给予100万元奖励。
二、支持技术改造。对设备投资500万元以上的技改项目，按设备投资额的8%给予补助，单个项目最高不超过200万元。
三、人才租房补贴。企业新引进的全日制硕士研究生，每人每月给予800元租房补贴，补贴期限不超过24个月。
四、担保费减免。符合条件的小微企业办理担保贷款，担保费予以减半。
同一企业同一事项按就高不重复的原则给予支持。
咨询电话：0799-6660001
"""


def test_sentences_that_grant() -> None:
    """Turnover and investment describe who is meant; the closing rule and the telephone hold for all."""
    shared = {"conditions": ("同一企业同一事项按就高不重复的原则给予支持",), "phone": "0799-6660001"}
    loan = shared | {"conditions": ("办理担保贷款", *shared["conditions"])}
    spans = [
        span_of(MEASURES, "对年营业收入首次达到1亿元", "100万元奖励"),
        span_of(MEASURES, "对设备投资500万元", "200万元"),
        span_of(MEASURES, "企业新引进的", "24个月"),
        span_of(MEASURES, "符合条件的小微企业", "减半"),
    ]
    assert found(MEASURES) == (
        Provision(
            "支持企业做大",
            *spans[0],
            amount="20万元；100万元",
            audience="年营业收入首次达到1亿元的企业；首次达到10亿元的企业",
            **shared,
        ),
        Provision(
            "支持技术改造",
            *spans[1],
            rate="8%",
            cap="单个项目最高不超过200万元",
            audience="设备投资500万元以上的技改项目",
            **shared,
        ),
        Provision(
            "人才租房补贴",
            *spans[2],
            amount="每人每月给予800元",
            cap="补贴期限不超过24个月",
            audience="企业新引进的全日制硕士研究生",
            **shared,
        ),
        Provision("担保费减免", *spans[3], rate="减半", audience="符合条件的小微企业", **loan),
    )


ORDER = """云溪市就业见习管理办法
第一条 为做好就业见习工作，制定本办法。
第二条 申请认定就业见习基地，应当符合下列条件：
（一）依法登记满两年；
（二）有稳定的见习岗位。
第三条 申请认定就业见习基地，应当向市就业服务中心提交下列材料：
（一）《云溪市就业见习基地申请表》；
（二）营业执照复印件。
第四条 见习基地按月向见习人员发放生活费的，由市财政按当地最低工资标准的60%给予见习补贴，补贴期限最长不超过6个月。
第五条 弄虚作假骗取补贴的，追回补贴资金，并处1万元以上3万元以下罚款。
第六条 每年安排专项资金500万元用于就业见习工作。
"""


def test_articles_with_a_service_and_a_support() -> None:
    """The fine of article 5 and the budget of article 6 are none."""
    base = span_of(ORDER, "依法登记满两年", "营业执照复印件")
    grant = span_of(ORDER, "见习基地按月", "6个月")
    assert found(ORDER) == (
        Provision(
            "就业见习基地",
            *base,
            conditions=("依法登记满两年", "有稳定的见习岗位"),
            materials=("《云溪市就业见习基地申请表》", "营业执照复印件"),
            window="市就业服务中心",
        ),
        Provision(
            "见习补贴",
            *grant,
            rate="60%",
            cap="补贴期限最长不超过6个月",
            audience="见习基地按月向见习人员发放生活费",
        ),
    )


NOTICE = """云溪市社会保险基金管理中心关于开展2026年养老保险待遇领取资格认证的通告
一、认证对象
由我市发放养老保险待遇的离退休人员。
二、认证方式
（一）居住在国内的人员
1.自助认证。通过“云溪人社”小程序刷脸认证。
2.社区认证。携带身份证到居住地街道服务站办理。
三、注意事项
虚报信息的，认证不予受理。
"""


def test_a_notice_of_one_service_is_named_by_its_title() -> None:
    assert found(NOTICE) == (
        Provision(
            "养老保险待遇领取资格认证",
            *span_of(NOTICE, "由我市发放", "认证不予受理"),
            audience="由我市发放养老保险待遇的离退休人员",
            conditions=("虚报信息的，认证不予受理",),
            procedure=("自助认证。通过“云溪人社”小程序刷脸认证", "社区认证。携带身份证到居住地街道服务站办理"),
            window="“云溪人社”小程序；居住地街道服务站",
        ),
    )


QUESTIONS = """云溪市创业担保贷款贴息问答
哪些人可以申请？
在云溪市创业的高校毕业生和退役军人。
需要什么材料？
身份证；营业执照。
贴息标准是多少？
按贷款利息的50%给予贴息，最高3万元。
到哪里办理？
云溪市就业服务中心。
"""


def test_questions_name_fields() -> None:
    assert found(QUESTIONS) == (
        Provision(
            "创业担保贷款贴息",
            *span_of(QUESTIONS, "在云溪市创业", "云溪市就业服务中心"),
            rate="50%",
            cap="最高3万元",
            audience="在云溪市创业的高校毕业生和退役军人",
            materials=("身份证", "营业执照"),
            window="云溪市就业服务中心",
        ),
    )


RENT = """云溪市青年租金补贴实施办法
一、补贴对象
同时符合下列条件的青年职工，可以申请租金补贴：
（一）申请时不满30周岁；
（二）在本市没有自有住房。
机关在编人员不在补贴范围内。
二、补贴标准和期限
（一）博士每月1500元，硕士每月1000元，本科毕业生每月700元。
（二）补贴累计不超过24个月。
三、申请
（一）申请时间为每年3月1日至3月20日。
（二）申请人登录“云溪安家”平台提出申请，并提交：
1.租金补贴申请表；
2.劳动合同。
四、审核和发放
区人力资源和社会保障局在10个工作日内完成审核。
"""


def test_measures_that_are_a_guide_to_one_support() -> None:
    """Classes without a word of giving, a list of papers that are named like supports, an exclusion behind the list."""
    assert found(RENT) == (
        Provision(
            "青年租金补贴",
            *span_of(RENT, "青年职工", "10个工作日内完成审核"),
            amount="每月1500元；每月1000元；每月700元",
            cap="补贴累计不超过24个月",
            audience="青年职工",
            conditions=("申请时不满30周岁", "在本市没有自有住房", "机关在编人员不在补贴范围内"),
            materials=("租金补贴申请表", "劳动合同"),
            procedure=("区人力资源和社会保障局在10个工作日内完成审核", "申请人登录“云溪安家”平台提出申请"),
            window="“云溪安家”平台",
            deadline="每年3月1日至3月20日",
        ),
    )


TERSE = """云溪市扶持创业措施
一、创业培训补贴。创办企业培训每人1500元，网络创业培训每人2000元。同一人员累计不超过3项。
二、创业担保贷款。个人额度最高30万元，小微企业额度最高400万元。
三、办好创业大赛。一等奖12万元、二等奖6万元、三等奖3万元。
四、青年租房加补。在高新区就业的硕士，每人每月加补200元，最长12个月。
五、免费场地。入驻市级孵化载体的初创企业，第一年免租金。
"""


def test_sums_without_a_noun() -> None:
    """The heading says what they are of: a support, a loan, a contest."""
    spans = [
        span_of(TERSE, "创办企业培训每人", "3项"),
        span_of(TERSE, "个人额度最高", "400万元"),
        span_of(TERSE, "一等奖", "3万元"),
        span_of(TERSE, "在高新区就业", "12个月"),
        span_of(TERSE, "入驻市级", "免租金"),
    ]
    assert found(TERSE) == (
        Provision("创业培训补贴", *spans[0], amount="每人1500元；每人2000元", cap="累计不超过3项"),
        Provision("创业担保贷款", *spans[1], cap="个人额度最高30万元；最高400万元", audience="个人"),
        Provision("办好创业大赛", *spans[2], amount="12万元；6万元；3万元"),
        Provision("青年租房加补", *spans[3], amount="200元", cap="最长12个月", audience="在高新区就业的硕士"),
        Provision("免费场地", *spans[4], rate="免租金", audience="入驻市级孵化载体的初创企业"),
    )


LOANS = """云溪市关于调整住房公积金政策的通知
一、提高贷款额度
住房公积金贷款最高额度上调20%（双职工由60万元上调至72万元，单职工由30万元上调至36万元）。
二、调整提取额度
租房提取限额由每年9000元提高到每年12000元。缴存余额不足3万元的，按3万元计算。
"""


def test_ceilings_of_a_provident_fund() -> None:
    """What they were before, and what a balance is counted as, is none of them."""
    assert found(LOANS) == (
        Provision(
            "住房公积金贷款最高额度",
            *span_of(LOANS, "住房公积金贷款最高", "36万元）"),
            amount="72万元；36万元",
            rate="20%",
        ),
        Provision("提取限额", *span_of(LOANS, "租房提取限额", "12000元。"), cap="提高到每年12000元"),
    )


ONE_LINE = "云溪市示范工坊认定管理办法\n" + "".join(
    (
        "第一条为做好示范工坊认定工作，制定本办法。第二条申请认定示范工坊应当符合以下条件：（一）在本市注册满两年。",
        "（二）有五名以上带徒师傅。本条所称师傅，是指具有高级技师资格并连续带徒三年以上、在行业内有较高声誉、近五年没有受到处分、",
        "能够独立承担教学任务、并与工坊签订固定期限合同的人员，以退休返聘方式从业的也包括在内，但同一人员不得在两个以上工坊重复计算人数，",
        "具体的名册由工坊自行保存备查。第三条申请单位需提交以下材料。1.申请书；2.营业执照复印件；3.师傅名册。第四条认定流程如下。",
        "（一）申报。申请单位向所在区工业和信息化局提出申请。（二）评审。市工业和信息化局组织专家评审，并在15个工作日内公布结果。",
        "第五条本办法由市工业和信息化局负责解释，未尽事宜按照国家和省有关规定执行，各区可以结合本区实际制定实施细则并报市工业和信息化局备案。",
        "第六条本办法自发布之日起施行。\n",
    )
)


def test_articles_that_lost_their_line_breaks() -> None:
    """A list may follow a full stop; the text behind the last item of a list is none of it."""
    (only,) = found(ONE_LINE)
    assert only == Provision(
        "示范工坊认定",
        only.start,
        only.end,
        conditions=("在本市注册满两年", "有五名以上带徒师傅"),
        materials=("申请书", "营业执照复印件", "师傅名册"),
        procedure=(
            "申报。申请单位向所在区工业和信息化局提出申请",
            "评审。市工业和信息化局组织专家评审，并在15个工作日内公布结果",
        ),
        window="所在区工业和信息化局",
    )


def test_where_and_until_when_in_words() -> None:
    text = (
        "关于组织申报2031年云溪市创业示范基地的通知\n一、申报条件\n（一）在本市注册满两年；\n（二）有五名以上带徒师傅。\n"
        "二、其他事项\n请各单位于2031年5月20日前将申报材料报送市工业和信息化局服务大厅，逾期不再受理。"
        "地址及电话：云溪市长河路8号，电话6661234。\n"
    )
    assert found(text) == (
        Provision(
            "创业示范基地",
            *span_of(text, "在本市注册满两年", "有五名以上带徒师傅"),
            conditions=("在本市注册满两年", "有五名以上带徒师傅"),
            window="市工业和信息化局服务大厅",
            phone="6661234",
            deadline="于2031年5月20日前",
        ),
    )


def test_a_digest_with_a_column_of_sums() -> None:
    """The header is told from rows of label and value; the name and the sums have words of their own for a column."""
    html = (
        "<html><head><title>云溪市惠企政策汇编</title></head><body><h1>云溪市惠企政策汇编</h1>"
        "<p>现将市级支持事项汇编如下，供企业查阅使用。</p><table>"
        "<tr><th>序号</th><th>支持事项</th><th>标准和最高限额</th><th>申报时间（2031年）</th><th>咨询电话</th></tr>"
        "<tr><td>1</td><td>企业上云补助</td><td>实际支付额的50%，每年最高3万元</td><td>11月2日至11月20日</td>"
        "<td>6661234</td></tr><tr><td>2</td><td>标杆企业奖励</td><td>一次性60万元</td><td>10月</td>"
        "<td>6665678</td></tr></table></body></html>"
    )
    one, other = found_in_html(html)
    assert (one, other) == (
        Provision(
            "企业上云补助",
            one.start,
            one.end,
            rate="50%",
            cap="每年最高3万元",
            phone="6661234",
            deadline="11月2日至11月20日",
        ),
        Provision("标杆企业奖励", one.end + 1, other.end, amount="60万元", phone="6665678", deadline="10月"),
    )


def test_a_guide_to_two_supports_with_a_table_of_papers() -> None:
    """Each has the conditions below its sub-head; the guide as a whole is none."""
    html = (
        "<html><head><title>云溪市青年安居补贴办事指南</title></head><body><h1>云溪市青年安居补贴办事指南</h1>"
        "<h2>一、申请条件</h2><h3>（一）安家补贴</h3><p>在本市购买首套商品住房；</p><p>不动产权证登记在本人名下。</p>"
        "<h3>（二）租房补贴</h3><p>本人在本市没有住房；</p><p>租赁合同已经登记备案。</p><h2>二、申请材料</h2><table>"
        "<tr><th>序号</th><th>材料名称</th><th>安家补贴</th><th>租房补贴</th></tr>"
        "<tr><td>1</td><td>青年安居补贴申请表</td><td>需要</td><td>需要</td></tr>"
        "<tr><td>2</td><td>不动产权证书</td><td>需要</td><td>不需要</td></tr></table>"
        "<h2>三、受理窗口</h2><p>云溪市人才服务中心一楼综合窗口</p></body></html>"
    )
    shared = {"materials": ("青年安居补贴申请表", "不动产权证书"), "window": "云溪市人才服务中心一楼综合窗口"}
    one, other = found_in_html(html)
    assert (one, other) == (
        Provision(
            "安家补贴", one.start, one.end, conditions=("在本市购买首套商品住房", "不动产权证登记在本人名下"), **shared
        ),
        Provision(
            "租房补贴", other.start, other.end, conditions=("本人在本市没有住房", "租赁合同已经登记备案"), **shared
        ),
    )


def test_limits_of_number_and_of_number_in_words() -> None:
    """每户限享受一次 is a ceiling; only the part of a clause that limits is a condition, for this support alone."""
    text = (
        "云溪市扶持措施\n一、改造补助。对改造项目按投入的15%补助，最高3万元，每家企业在本措施有效期内限享受一次。\n"
        "二、设备补助。对购置设备的企业补助2万元，已享受改造补助的企业不重复享受。\n"
    )
    assert found(text) == (
        Provision(
            "改造补助",
            *span_of(text, "对改造项目", "限享受一次"),
            rate="15%",
            cap="最高3万元；每家企业在本措施有效期内限享受一次",
            audience="改造项目",
        ),
        Provision(
            "设备补助",
            *span_of(text, "对购置设备", "不重复享受"),
            amount="2万元",
            audience="购置设备的企业",
            conditions=("已享受改造补助的企业不重复享受",),
        ),
    )


def test_a_standard_in_a_table() -> None:
    """Rows of classes below 补贴标准 belong to the service; a column of ceilings has ceilings."""
    html = (
        "<html><head><title>云溪市稳岗返还办事指南</title></head><body><h1>云溪市稳岗返还办事指南</h1>"
        "<h2>一、返还对象</h2><p>依法参保的企业。</p><h2>二、返还标准</h2><table>"
        "<tr><th>单位规模</th><th>返还比例</th><th>单户最高返还额</th></tr>"
        "<tr><td>大型企业</td><td>25%</td><td>300万元</td></tr><tr><td>小型企业</td><td>60%</td><td>80万元</td></tr>"
        "</table><h2>三、申请地点</h2><p>云溪市失业保险服务中心</p></body></html>"
    )
    (only,) = found_in_html(html)
    assert only == Provision(
        "稳岗返还",
        only.start,
        only.end,
        rate="25%；60%",
        cap="300万元；80万元",
        audience="依法参保的企业",
        window="云溪市失业保险服务中心",
    )


def test_a_list_within_a_line_behind_another_label() -> None:
    text = (
        "云溪市招用补贴申领公告\n一、补贴对象。参加社会保险的企业。机关不在补贴范围。\n"
        "二、申领方式。登录“云溪人社”网上服务大厅办理。需提交：（一）补贴申领表；（二）劳动合同复印件。\n"
        "三、审核发放。受理后10个工作日内审核。提供虚假资料的，追回补贴。\n"
    )
    assert found(text) == (
        Provision(
            "招用补贴",
            *span_of(text, "参加社会保险", "10个工作日内审核"),
            audience="参加社会保险的企业",
            conditions=("机关不在补贴范围",),
            materials=("补贴申领表", "劳动合同复印件"),
            procedure=("登录“云溪人社”网上服务大厅办理", "受理后10个工作日内审核"),
            window="“云溪人社”网上服务大厅",
        ),
    )


def test_two_supports_with_a_sum_each_in_turn() -> None:
    text = (
        "云溪市残疾人补贴标准\n"
        "2026年1月起，全市困难残疾人生活补贴和重度残疾人护理补贴标准分别提高至每人每月230元、310元。\n"
    )
    span = span_of(text, "2026年1月起", "310元")
    assert found(text) == (
        Provision("困难残疾人生活补贴", *span, amount="每人每月230元", deadline="2026年1月起"),
        Provision("重度残疾人护理补贴", *span, amount="310元", deadline="2026年1月起"),
    )


def test_a_table_of_supports() -> None:
    html = (
        "<html><head><title>云溪市创业扶持政策清单</title></head><body><h1>云溪市创业扶持政策清单</h1>"
        "<p>现将云溪市创业扶持政策公布如下，供创业者查阅使用。</p><table>"
        "<tr><th>序号</th><th>政策名称</th><th>补贴对象</th><th>补贴标准</th><th>受理部门</th><th>咨询电话</th></tr>"
        "<tr><td>1</td><td>创业场地租金补贴</td><td>初创企业</td><td>每年6000元，最长不超过3年</td>"
        "<td>云溪市就业服务中心</td><td>0799-6661234</td></tr>"
        "<tr><td>2</td><td>创业担保贷款贴息</td><td>小微企业</td><td>按贷款利息的50%给予贴息，最高10万元</td>"
        "<td>云溪市财政局</td><td>0799-6665678</td></tr></table></body></html>"
    )
    one, other = found_in_html(html)
    assert one == Provision(
        "创业场地租金补贴",
        one.start,
        one.end,
        amount="每年6000元",
        cap="最长不超过3年",
        audience="初创企业",
        window="云溪市就业服务中心",
        phone="0799-6661234",
    )
    assert other == Provision(
        "创业担保贷款贴息",
        one.end + 1,
        other.end,
        rate="50%",
        cap="最高10万元",
        audience="小微企业",
        window="云溪市财政局",
        phone="0799-6665678",
    )


def test_rows_of_label_and_value() -> None:
    html = (
        "<html><body><h1>云溪市灵活就业社保补贴办事指南</h1><table>"
        "<tr><td>补贴对象</td><td>本市户籍的就业困难人员；离校2年内未就业高校毕业生</td></tr>"
        "<tr><td>补贴标准</td><td>每人每月400元，最长不超过36个月</td></tr>"
        "<tr><td>申请材料</td><td>身份证；缴费凭证</td></tr>"
        "<tr><td>受理地点</td><td>云溪市人力资源服务大厅2号窗口</td></tr>"
        "<tr><td>咨询电话</td><td>0799-6661234</td></tr></table></body></html>"
    )
    (only,) = found_in_html(html)
    assert only == Provision(
        "灵活就业社保补贴",
        only.start,
        only.end,
        amount="每人每月400元",
        cap="最长不超过36个月",
        audience="本市户籍的就业困难人员；离校2年内未就业高校毕业生",
        materials=("身份证", "缴费凭证"),
        window="云溪市人力资源服务大厅2号窗口",
        phone="0799-6661234",
    )


@pytest.mark.parametrize(
    "line",
    [
        "截至2025年底，全市累计发放创业补贴1200万元，惠及企业300家。",
        "每年安排专项资金500万元，用于企业奖励和补贴。",
        "违反规定的，处5万元以上10万元以下罚款，并追回补贴资金。",
        "力争到2027年培育企业100家，产值增长10%，补贴政策全面落实。",
        "居民医保个人缴费标准为每人每年400元，逾期不再补贴。",
        "补贴资金由市、区财政分别承担60%、40%。",
        "本政策不与购房1%补贴政策叠加享受。",
        "其中，住房补贴及修缮资金3.1亿元，道路养护资金2.2亿元。",
        "2026年发放消费券2000万元，支持商贸企业开展促销。",
        "对完成目标任务的，按每净增1家企业给予县（市、区）10万元奖励。",
        "对各地发放的契税补贴，自治区按当地标准的30%补助各市、县。",
        "例如，小李2026年5月申请公积金贷款，可贷额度为48万元。",
        "停止发放企业用工补贴3000元。",
        "暂停执行对工坊给予6万元奖励的政策。",
        "不再实施对工坊免租的政策。",
        "废止对工坊发放创业补贴的规定。",
    ],
)
def test_what_is_no_support(line: str) -> None:
    """Reports, budgets, fines, goals, fees, shares of cost and mentions of other policies."""
    assert found(f"云溪市有关情况\n{line}\n") == ()


@pytest.mark.parametrize(
    ("before", "text", "name", "values"),
    [
        (
            "",
            "对停止实施旧项目的企业给予3000元补贴",
            "补贴",
            {"amount": "3000元", "audience": "停止实施旧项目的企业"},
        ),
        ("", "对企业给予免租，逾期停止发放", "免租", {"rate": "免租", "audience": "企业"}),
        (
            "暂停执行对企业给予6万元奖励的政策，",
            "改为对工坊给予2万元补贴",
            "补贴",
            {"amount": "2万元", "audience": "工坊"},
        ),
        ("", "对企业给予200万元以内的贷款，给予3%贴息", "贴息", {"rate": "3%", "audience": "企业"}),
    ],
)
def test_what_ends_and_what_is_lent_beside_a_support(before: str, text: str, name: str, values: dict[str, str]) -> None:
    """A claimant may have stopped something; a loan is not given, its interest is."""
    doc = PolicyDocument(text=f"{before}{text}。", kind=Kind.MEASURES)
    assert find_provisions(doc) == (Provision(name, len(before), len(before + text), **values),)


def offers(text: str) -> list[dict[str, str]]:
    """The name, the words it rests on and the other values of what one line of measures grants."""
    doc = PolicyDocument(text=text, kind=Kind.MEASURES)
    fields = ("benefit", "amount", "rate", "cap", "audience", "deadline")
    return [
        {"said": text[p.start : p.end], **{name: v for name in fields if (v := getattr(p, name))}}
        for p in find_provisions(doc)
    ]


def offer(said: str, benefit: str, **values: str) -> dict[str, str]:
    return {"said": said, "benefit": benefit, **values}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "自2031年3月1日起，对市级工坊给予6万元奖励，对省级工坊给予9万元奖励。",
            [
                offer(
                    "自2031年3月1日起，对市级工坊给予6万元奖励",
                    "奖励",
                    amount="6万元",
                    audience="市级工坊",
                    deadline="自2031年3月1日起",
                ),
                offer(
                    "对省级工坊给予9万元奖励",
                    "奖励",
                    amount="9万元",
                    audience="省级工坊",
                    deadline="自2031年3月1日起",
                ),
            ],
        ),
        (
            "对市级工坊给予6万元奖励；对省级工坊给予9万元奖励。",
            [
                offer("对市级工坊给予6万元奖励；", "奖励", amount="6万元", audience="市级工坊"),
                offer("对省级工坊给予9万元奖励", "奖励", amount="9万元", audience="省级工坊"),
            ],
        ),
        (
            "对新设的总部企业，给予一次性奖励70万元，分支机构奖励20万元；年度最高不超过90万元。",
            [
                offer(
                    "对新设的总部企业，给予一次性奖励70万元，分支机构奖励20万元；年度最高不超过90万元",
                    "一次性奖励",
                    amount="70万元",
                    cap="年度最高不超过90万元",
                    audience="新设的总部企业",
                ),
                offer(
                    "分支机构奖励20万元；年度最高不超过90万元",
                    "奖励",
                    amount="20万元",
                    cap="年度最高不超过90万元",
                    audience="分支机构",
                ),
            ],
        ),
        (
            "正高级职称人才补助8万元，副高级职称人才、“领航”工程专家补助3万元。",
            [
                offer("正高级职称人才补助8万元", "补助", amount="8万元", audience="正高级职称人才"),
                offer(
                    "副高级职称人才、“领航”工程专家补助3万元",
                    "补助",
                    amount="3万元",
                    audience="副高级职称人才、“领航”工程专家",
                ),
            ],
        ),
        (
            "对企业补贴1000元，个人补贴500元。",
            [
                offer("对企业补贴1000元", "补贴", amount="1000元", audience="企业"),
                offer("个人补贴500元", "补贴", amount="500元", audience="个人"),
            ],
        ),
        (
            "对小微企业给予2万元补贴，对大型企业给予免租。",
            [
                offer("对小微企业给予2万元补贴", "补贴", amount="2万元", audience="小微企业"),
                offer("对大型企业给予免租", "免租", rate="免租", audience="大型企业"),
            ],
        ),
    ],
)
def test_each_claimant_has_a_support_of_its_own(text: str, parts: list[dict[str, str]]) -> None:
    """Whose a sum is, is never guessed: a ceiling in a clause of its own holds for all of its sentence."""
    assert offers(text) == parts


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (
            "对企业给予6万元奖励，对其再给予1万元奖励。",
            {"benefit": "奖励", "amount": "6万元；1万元", "audience": "企业"},
        ),
        (
            "对企业给予6万元奖励，每个项目补助1万元，对单个企业最高不超过20万元。",
            {
                "benefit": "奖励",
                "amount": "6万元；每个项目补助1万元",
                "cap": "单个企业最高不超过20万元",
                "audience": "企业",
            },
        ),
        (
            "对省级、市级工坊，分别给予9万元、6万元奖励。",
            {"benefit": "奖励", "amount": "9万元；6万元", "audience": "省级、市级工坊"},
        ),
        (
            "对购房家庭给予购房补贴1万元，对多子女家庭再补贴2万元。",
            {"benefit": "购房补贴", "amount": "1万元；2万元", "audience": "购房家庭；多子女家庭"},
        ),
        (
            "对首次创业者给予创业补贴1万元，对带动就业的工坊给予创业补贴2万元。",
            {"benefit": "创业补贴", "amount": "1万元；2万元", "audience": "首次创业者；带动就业的工坊"},
        ),
        (
            "落实购车税费优惠，对燃油汽车减半征收购置税；对电动汽车免征购置税。",
            {"benefit": "购车税费优惠", "rate": "减半征收购置税；免征购置税", "audience": "燃油汽车；电动汽车"},
        ),
        (
            "给予辅助器具购置补贴3万元。",
            {"benefit": "辅助器具购置补贴", "amount": "3万元"},
        ),
    ],
)
def test_classes_of_one_support_are_one(text: str, whole: dict[str, str]) -> None:
    """The same claimant again, each of something, sums in turn, a support with a name."""
    assert offers(text) == [{"said": text[:-1], **whole}]


def test_steps_below_the_heading_that_names_them_are_one() -> None:
    """A label above sums names nothing, a heading what they are for."""
    steps = "对市级工坊给予6万元奖励，对省级工坊给予9万元奖励。"
    (one,) = found(f"云溪市若干措施\n一、支持工坊建设。{steps}\n")
    assert (one.benefit, one.amount, one.audience) == ("支持工坊建设", "6万元；9万元", "市级工坊；省级工坊")
    first, other = found(f"云溪市工坊扶持办法\n一、补贴标准\n{steps}\n二、受理部门\n市科技局。\n")
    assert (first.benefit, first.amount, first.audience) == ("奖励", "6万元", "市级工坊")
    assert (other.benefit, other.amount, other.audience) == ("奖励", "9万元", "省级工坊")


def test_two_ceilings_are_a_support_where_a_verb_gives_it() -> None:
    """给予最高… grants; 最高… alone is of what is granted above."""
    text = "给予最高80万元奖励，但不得超过其上年度纳税额的70%。"
    assert find_provisions(PolicyDocument(text=text, kind=Kind.MEASURES)) == (
        Provision("奖励", 0, len(text) - 1, cap="最高80万元；不得超过其上年度纳税额的70%"),
    )
    text = "对工坊给予工坊补贴3万元。给予最高不超过5万元补贴。"
    assert find_provisions(PolicyDocument(text=text, kind=Kind.MEASURES)) == (
        Provision("工坊补贴", 0, 23, amount="3万元", cap="最高不超过5万元", audience="工坊"),
    )
    text = "对工坊给予工坊补贴3万元。最高不超过上年度纳税额的70%。"
    assert find_provisions(PolicyDocument(text=text, kind=Kind.MEASURES)) == (
        Provision("工坊补贴", 0, len(text) - 1, amount="3万元", cap="最高不超过上年度纳税额的70%", audience="工坊"),
    )


@pytest.mark.parametrize("kind", [Kind.RESEARCH, Kind.CAPTION, Kind.REPLY, Kind.LAW])
def test_kinds_that_offer_nothing(kind: Kind) -> None:
    """Who tells of others' supports offers none."""
    assert find_provisions(PolicyDocument(text="对小微企业给予1万元补贴。", kind=kind)) == ()
    assert len(find_provisions(PolicyDocument(text="对小微企业给予1万元补贴。", kind=Kind.MEASURES))) == 1


_LINES = st.sampled_from(
    [
        *GUIDE.splitlines(),
        *MEASURES.splitlines(),
        *ORDER.splitlines(),
        *NOTICE.splitlines(),
        *QUESTIONS.splitlines(),
        *RENT.splitlines(),
        *TERSE.splitlines(),
        *LOANS.splitlines(),
        *ONE_LINE.splitlines(),
        "附件1",
        "云溪市创业补贴申请表",
        "补贴标准 | 每人2000元",
        "",
    ]
)


def _squashed(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(st.lists(_LINES, max_size=24), st.sampled_from(["\n", "", " "]))
def test_nothing_is_invented(lines: list[str], between: str) -> None:
    """Every value is in the text, every sum within the span it rests on, spans lie within the text in order."""
    for doc in parse_text(between.join(lines)):
        provisions = find_provisions(doc)
        everything = _squashed(doc.text)
        for p in provisions:
            assert 0 <= p.start < p.end <= len(doc.text)
            assert _squashed(p.benefit) in everything or p.benefit in (doc.title or "")
            own = _squashed(doc.text[p.start : p.end])
            for value in (p.amount, p.rate, p.cap):
                assert all(_squashed(v) in own for v in (value or "").split("；"))
            for value in (p.audience, p.window, p.phone, p.deadline, *p.conditions, *p.materials, *p.procedure):
                assert all(_squashed(v) in everything for v in re.split("；", value or ""))
        assert [p.start for p in provisions] == sorted(p.start for p in provisions)


@given(st.text(alphabet="对给予补贴奖励1万元%，。；：、（）\n按最高不超过的企业材料申请 |一二第条", max_size=300))
def test_any_text_is_read(text: str) -> None:
    for p in find_provisions(PolicyDocument(text=text)):
        assert p.benefit
        assert p.benefit in text


@pytest.mark.parametrize(
    "piece",
    [
        "对甲企业给予1万元奖励；",
        "给予1万元奖励",
        "1、",
        "1万元、",
        "的的的的的的的的的的的的的的的的：\n",
        "本办法所称企业是指依法登记的甲类企业。对企业给予1万元奖励。\n",
        "申请租金补贴应当提交下列材料：\n1.营业执照；\n",
        "在在在申请。",
        "按",
        "（",
        "《",
        "附件1\n",
        "向中心提出申请，经审核后拨付。",
        "登录“",
        "每人每月",
        "第一条申请补贴，",
        "；1.",
        "：（一）",
        "；\n",
        "向局申请",
        "到局到局到局",
        "一等奖1万元、",
        "申请材料如下：",
        "对象为：企业，",
        "申请时间为1",
        "序号 | 标准\n",
        "公积金最高额度提高到1万元，",
        "将申报材料报送局，",
        "“云溪”平台，登录“",
        "补贴。",
        "免租",
    ],
)
def test_a_long_hostile_text_ends(piece: str) -> None:
    """200,000 characters of one thing: a quadratic step would take minutes."""
    text = (piece * (200_000 // len(piece) + 1))[:200_000]
    assert len(find_provisions(PolicyDocument(text=text))) <= 200_000 // len(piece) + 1


def test_a_bare_sum_behind_the_name_of_a_support_is_its_amount() -> None:
    text = (
        "澄洲市两项补贴一览\n一、两项补贴\n1. 一次性创业资助：给符合条件的创业者，10000元，一次性。\n"
        "2. 收费说明：给符合条件的单位，300元，按年交。\n"
    )
    assert [(p.benefit, p.amount) for p in found(text)] == [("一次性创业资助", "10000元")]
