"""Which field of a support or service a heading, label or question names (申报条件, 所需材料：, 到哪里办理？)."""

from __future__ import annotations

import re
from enum import StrEnum

from ingest.provisions.lexicon import any_of, words


class Field(StrEnum):
    """What a block of text says of a support. ``OTHER`` is a label we know and take nothing from (收费标准)."""

    AUDIENCE = "audience"
    CONDITIONS = "conditions"
    MATERIALS = "materials"
    PROCEDURE = "procedure"
    WINDOW = "window"
    PHONE = "phone"
    DEADLINE = "deadline"
    STANDARD = "standard"
    TERM = "term"
    OTHER = "other"


#: The words a label may end in, by field. Those behind ``|`` need a word before them: 申报流程, not 流程.
_CORES: dict[Field, str] = {
    Field.MATERIALS: "材料 资料 要件 证件 材料清单 资料清单 材料目录 材料名称 资料名称 要件名称 | 手续",
    Field.PHONE: "电话 热线 联系方式 咨询方式 咨询渠道 咨询途径 联系人",
    Field.WINDOW: "窗口 地点 地址 网点 网址 入口 受理部门 受理单位 受理机构 经办机构 办理机构 办理部门 办理单位 "
    "实施机构 申报平台 申报系统 办理平台 办理渠道",
    Field.AUDIENCE: "对象 人群 对象范围 对象条件 范围对象 人员范围 申请人 服务范围 保障范围 适用范围 实施范围 补贴范围 "
    "支持范围 资助范围 奖励范围 发放范围 参保范围 申报范围 补助范围 | 主体 群体",
    Field.CONDITIONS: "条件 条件要求 资格要求 认定标准 申报要求 申请要求 补贴要求 补助要求 奖励要求 基本要求 注意事项 "
    "申请须知 | 资格 情形",
    Field.PROCEDURE: "流程 程序 步骤 流程图 线上办理 线下办理 网上办理 现场办理 窗口办理 材料报送 材料提交 网上申报 "
    "网上填报 申报推荐 审核拨付 资金拨付 申报与审核 申报和审核 申报审核 申请与审核 申请受理 审核认定 审核安排 "
    "审核和发放 "
    "审核与发放 审核发放 审核和拨付 审核与拨付 申请和审核 申领和发放 申请与发放 申请和发放 | "
    "办法 方式 方法 "
    "途径 渠道 环节",
    Field.DEADLINE: "截止时间 起止时间 截止日期 时间安排 时间要求 有效期 有效期限 集中缴费期 | 时间 日期 时限 期限",
    Field.STANDARD: "补贴标准 补助方式 支持方式 奖励方式 资助方式 补贴方式 扶持方式 支持内容 扶持内容 补贴内容 "
    "补贴政策 补助政策 奖励政策 奖励内容 支持措施 优惠内容 补贴比例 补贴办法 | 标准 金额 额度",
    Field.TERM: "补贴期限 享受期限 奖励期限 补助期限 资助期限 扶持期限 补贴年限 贴息期限 发放期限 支持期限",
    Field.OTHER: "收费标准 收费依据 收费情况 缴费标准 缴费基数 费率标准 设定依据 办理依据 法律依据 政策依据 办理时限 "
    "经办时限 审核时限 承诺时限 法定时限 办结时限 办理结果 审批结果 结果查询 进度查询 监督电话 投诉电话 举报电话 "
    "监督投诉 监督方式 "
    "监督投诉渠道 工作要求 组织保障 资金来源 资金管理 监督管理 评审标准 评分标准 建设标准 考核标准 评价标准 工作标准 "
    "技术标准 服务标准 办公时间 工作时间 服务时间 "
    "窗口时间 贷款期限 服务期限 项目期限 工作日 邮编 传真 邮箱 电子邮箱 事项名称 "
    "事项类型 编码 来源 责任单位 牵头单位 配合单位 责任部门 部门职责 职责分工 绩效评价 绩效管理 工作目标 目标任务 "
    "总体要求 基本原则 法律责任 管理办法 工作方法 建设内容 政策解读 名词解释 附则",
}
#: What may stand before the core: what is done, what is given, how it is qualified.
_FILLERS = words(
    "申请 申报 申领 申办 办理 受理 认定 领取 享受 登记 备案 报名 参评 遴选 推荐 评审 审核 审批 兑现 补领 变更 开办 "
    "经办 认证 参保 缴费 入户 落户 入学 报销 结算 转移 评估 提取 招生 培训 预约 理赔 换证 领证 验收 补办 注销 发放 "
    "公示 拨付 评选 查询 咨询 联系 服务 办公 补贴 补助 奖励 资助 扶持 支持 救助 减免 返还 补偿 贴息 奖补 优惠 保障 "
    "政策 待遇 "
    "资金 项目 业务 线上 线下 网上 窗口 现场 基本 具体 主要 必需 必备 所需 需要 需 应 应当 提交 提供 准备 携带 的 详细 "
    "办事 适用 本次 企业 单位 个人 其他 相关 有关 和 与 及 、 以及 初次 首次 续 纸质 电子 报送 申报人 申请人 购房 租房 "
    "创业 就业 人才 资格 实施 执行 活动 参与 参加 征集 范围 专项 平台 事项 说明 申请者 申请单位 申报单位 申报对象 贷款 "
    "街道 镇街 机构 材料 递交 "
    "购房人 消费券 使用 领用"
)
_PREFIX = re.compile(rf"(?:{any_of(_FILLERS)})*")
_BY_CORE = {core: field for field, cores in _CORES.items() for core in cores.replace("|", " ").split()}
_CORE = re.compile(rf"(?:{any_of(_BY_CORE)})$")
_NEEDS_PREFIX = frozenset(core for cores in _CORES.values() for core in cores.partition("|")[2].split())
_DECORATION = re.compile(r"[\s\u3000：:。.、，,；;【】\[\]「」●•◆■▪*#➤▶☆★]+|[（(][^（）()]{0,12}[）)]")
_LONGEST, _LONGEST_QUESTION, _LONGEST_UNMARKED = 18, 40, 10
#: 见习基地申请材料 is the label of something named in it.
_OWNED = re.compile(
    r"[\u4e00-\u9fff“”]{2,12}?(?:补贴|补助|奖励|资助|津贴|消费|优惠|基地|项目|中心)[券金]?的?"
    r"(?P<label>(?:申请|申报|申领|认定|办理)?(?:条件|材料|对象|流程|程序|标准|时间|期限))"
)
#: 申报时间与流程 opens the first of its two fields.
_TWO = re.compile(
    r"(?P<one>.{2,10})[和与及、]其?"
    r"(?:要求|说明|标准|方式|程序|流程|条件|材料|时间|地点|渠道|步骤|审核|审批|内容|办法|范围|期限|年限|发放|电话|"
    r"联系方式|联系电话)"
)
#: Words of a question without its mark.
_ASKS = re.compile(r"^(?:谁|哪些|怎么|怎样|如何|[到去在]哪|什么)|多少$")
#: What a question asks for.
_QUESTIONS = (
    (Field.OTHER, r"(?:交|缴|花|付|收)[^，。]{0,6}(?:多少|费用)|收费"),
    (Field.MATERIALS, r"(?:什么|哪些).{0,8}(?:材料|资料|证件|手续)|(?:材料|资料|证件).{0,4}(?:有哪些|是什么)"),
    (Field.WINDOW, r"哪里|何处|什么地方|哪个(?:部门|单位|窗口)|哪些(?:网点|窗口)|在哪"),
    (Field.DEADLINE, r"什么时候|何时|什么时间|截止"),
    (
        Field.STANDARD,
        r"多少(?:钱|元|补|奖)|(?:补贴|补助|奖励|资助|奖|补)多少|(?:补贴|奖励|补助|资助|扶持|待遇|贴息)标准|怎么补|补多少",
    ),
    (Field.AUDIENCE, r"哪些(?:人|企业|单位|对象|群体)|谁(?:可以|能)|对象|什么人"),
    (Field.CONDITIONS, r"条件|哪些要求|什么要求"),
    (Field.PROCEDURE, r"(?:怎么|怎样|如何).{0,10}(?:办|申|领|报|兑)|流程|程序|步骤"),
    (Field.PHONE, r"电话|咨询"),
)


def label_of(title: str) -> Field | None:
    """The field a heading or label names as a whole; None for any other text."""
    bare = _DECORATION.sub("", title)
    core = _CORE.search(bare) if 2 <= len(bare) <= _LONGEST else None
    two = _TWO.fullmatch(bare)
    if two and (found := label_of(two["one"])) is not None:
        return found
    if core is None:
        return None
    if owned := _OWNED.fullmatch(bare):
        return label_of(owned["label"])
    prefix = bare[: core.start()]
    if not _PREFIX.fullmatch(prefix) or (not prefix and core.group() in _NEEDS_PREFIX):
        return None
    return _BY_CORE[core.group()]


def both_of(title: str) -> bool:
    """Whether a label names two fields (申报要求及程序)."""
    return bool(_TWO.fullmatch(_DECORATION.sub("", title)))


def asked_of(question: str, *, headed: bool = False) -> Field | None:
    """The field a question of a Q&A asks for; OTHER where it asks for something else, None where it is no question.

    ``headed``: a heading may ask without a mark (谁可以申报, 怎么申报).
    """
    bare = question.strip()
    marked = bare.endswith(("？", "?")) and len(bare) <= _LONGEST_QUESTION
    if not marked and not (headed and len(bare) <= _LONGEST_UNMARKED and _ASKS.search(bare)):
        return None
    return next((field for field, asks in _QUESTIONS if re.search(asks, bare)), Field.OTHER if marked else None)
