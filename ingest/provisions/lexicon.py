"""What supports are called and who gets them, as word lists; signs of what a clause does stand in ``signs``."""

from __future__ import annotations

import re
from collections.abc import Iterable

HAN = "\u4e00-\u9fff"


def words(said: str) -> tuple[str, ...]:
    """A list of words written as one text."""
    return tuple(said.split())


def any_of(choices: Iterable[str]) -> str:
    """An alternation of words, the longest first."""
    return "|".join(sorted((re.escape(w) for w in choices), key=len, reverse=True))


def either(said: str, before: str = "", behind: str = "") -> re.Pattern[str]:
    """A pattern of alternatives written as one text, white space between them; ``before``, ``behind`` hold for all."""
    return re.compile(f"{before}(?:{'|'.join(said.split())}){behind}")


#: What a support is called; the last word of its name.
SUPPORTS = words(
    "补贴 补贴资金 补助 补助金 补助费 补助资金 补助经费 奖励 奖励金 奖励资金 奖补 奖补资金 奖金 资助 资助金 资助经费 "
    "津贴 贴息 救助 救助金 慰问金 消费券 优惠券 抵用券 购房券 红包 奖学金 助学金 安家费 扶持资金 支持资金 资金支持 "
    "资金扶持 经费支持 扶持 支持 减免 优惠 返还 退税 加计扣除 抚恤金 抚慰金 保障金 补偿金 创新券 代金券 工作经费 "
    "项目经费 启动资金 建设经费"
)
#: Of those, the ones that name nothing without a sum: 给予支持 is a promise.
VAGUE_SUPPORTS = words("扶持 支持 优惠 返还 资金支持 资金扶持 经费支持")
#: Modifiers that give a support no name of its own: 一次性奖励, 最高资金补助.
GENERIC = words(
    "再 另 单户 单家 平方米 每平方米 单笔 货币 一次性 一次 财政 资金 现金 专项 定额 适当 相应 一定 最高 额外 同等 配套 "
    "叠加 经费 国家级 省级 市级 "
    "区级 县级 "
    "省 市 区 县 以奖代补 该 此 各 本 上述 以上 下列 以下 两 二 三 四 五 项 类 这 前 全额 部分 比例 额度 金额 数额 "
    "单套 单个 累计 合计 总 最多 政策 有关 相关 不同 分级 分档 分类 阶梯 后 资金的 具体 其 其他 年度 每年 每月 每人 "
    "每户 每家 首次 再次 重点 必要 差额 等额 等 按规定 按比例 各类 各项 专项资金 所有 全部 同类 多项 单项 奖励 补助 "
    "补贴 扶持 支持 享受 申请 申报 领取 发放 获得 给予 标准 次 级 档 万元 元 和 与 或 及 、 予以 奖补 物质 精神 一个 "
    "不超过 不高于 至少 不低于 不少于 额 单笔 单个项目 单个企业 年 购房人 购房者 开发企业 房地产开发企业 申请人 企业 "
    "单位 个人 项目 机构 团队 家庭 职工 人员"
)
#: Words before which a name does not reach: 可申领〔创业补贴〕.
NAME_STARTS = words(
    "列为 建筑面积 没有 不予 约定 发给 购买人 缴税人 被征收人 本人 每平米 每平方米 购买 计发 应于 人民币 但是 单套 "
    "每套 每户 "
    "每人 "
    "全市 全省 全县 "
    "全区 "
    "我市 我省 我区 我县 本市 本省 "
    "本区 本县 全体 不低于 不少于 每季 每年 每月 份额 给予 予以 发放 享受 申请 申领 申报 领取 获得 提供 实施 落实 加大 "
    "提高 按照 进行 开展 设立 额外 另外 分别 实行 推行 兑现 拨付 支付 建立 完善 继续 延续 包括 对应 纳入 相应 一定 "
    "最高 按规定 适当 明确 统筹 用好 采取 通过 优化 强化 安排 用于 参照 依法 符合条件 直接 不超过 不高于 同时 叠加 "
    "优先 符合 所需 执行 依据 根据 出台 制定 发挥 争取 积极 落实好 扩大 探索 政府 各级 当地 标准 作为 买受人 购房人 "
    "购房者 开发企业 投保企业 企业 单位 个人 加强 推动 不再 上述 以上 下列 以下 的 元 % ％ 倍 其中"
)
#: Verbs and nouns of giving: they govern the sums behind them.
GIVES = words(
    "给予 给与 给于 予以 加补 奖励 奖补 补贴 补助 补给 资助 贴息 发放 救助 返还 减免 减收 减征 抵扣 抵免 抵用 优惠 "
    "领取 "
    "申领 兑现 拨付 享受 津贴 奖金 消费券 慰问金 红包 安家费 扶持 支付给 奖学金 助学金 扶持资金 保障金 抵用券 给子 "
    "分配 补偿"
)
#: Weaker ones: they govern a sum only beside a support named in the same clause.
STANDARDS = words("标准 金额 额度 比例 按 按照 提高到 提高至 调整为 调整到 调整至 上浮 上限")
#: Nouns for somebody who can get a support.
PEOPLE = words(
    "企业 公司 单位 机构 组织 合作社 农场 协会 商会 团体 基地 中心 平台 园区 载体 孵化器 加速器 众创空间 团队 项目 "
    "主体 人员 人 人才 毕业生 学生 研究生 博士 硕士 家庭 青年 儿童 子女 职工 员工 农民 农民工 户 者 学校 院校 高校 "
    "经济实体 实体 经营者 "
    "医院 幼儿园 街道 社区 村 对象 工作室 站 店 楼宇 产品 作品 品牌 专家 教师 居民 市民 车主 业主 场馆 景区 民宿 "
    "旅行社 实验室 市场 专利 群众 群体 夫妻 女性 医生 护士 农机手 开发商 银行 商家 校企 联合体 工厂 车间 示范区 技师 "
    "代表处 总部 院所 研究院 研究所 站点 影院 剧目 影片 电影 赛事 活动 展会 船舶 航线 班列 床位"
)
#: What one applies for without its being a support; the last word of the name of a service.
SERVICES = words(
    "适配 签约 申请 申领 申办 办理 认定 登记 备案 评审 评选 遴选 推荐 入学 入户 落户 贷款 提取 许可 审批 核准 验收 "
    "鉴定 转移 接续 报销 缴费 参保 征集 招生 报名 项目 专项 计划 资格 证 卡 基地 企业 中心 平台 孵化器 众创空间 载体 "
    "保险 待遇 养老金 转让 变更 注销 补办 迁移 资金 基金 试点 奖 称号 职称 人才 机构 单位 产品 示范 户口 考试 培训 "
    "体检 配租 租赁 保障 实验室 团队 课题 成果 专利 名单"
)
#: Words that make the sum behind them a property of the claimant or the project: 营业收入达到5000万元.
DESCRIBES = words(
    "价值 总金额 总额度 达到 达 突破 高于 低于 不足 少于 多于 大于 小于 实现 完成 净增 总价 单价 原价 售价 房价 房款 "
    "收入 产值 营收 销售额 零售额 总额 投资额 投资 资本 利润 税收 纳税 税额 缴税 交易额 进出口额 融资 融资额 募资 贷款 "
    "成交额 余额 资产 估值 年薪 工资 薪酬 薪金 缴纳 缴费 支付 交纳 收取 保费 租金 价格 价款 规模 成本 费用 捐赠 消费 "
    "消费满 支出 投入 存款 限价 均价 市值 合同额 合同金额 增加值 增长 增幅 贡献 到账 出资 实缴 到资 外资 订单 开票额 "
    "结算额 货值"
)
#: The same before a percentage, where 投资额的8% is a base and no description.
DESCRIBES_RATE = words(
    "等于 加计 达到 达 高于 低于 不少于 大于 小于 增长 增幅 增速 占 占比 占到 比重 持股 股权 控股 首付 首付款 首付比例 "
    "首付款比例 利率 LPR 税率 费率 覆盖率 完成率 合格率 就业率 留用率 入住率 出租率 空置率 使用率 失业率 满意率 下调 "
    "降低 下降 缩减 减少 满 进度 完成 容积率 绿地率 保证金 占股 净增 倍数 个贷率 价格 起始价 参股 缴存比例 压减 预售 "
    "投入 完成投资 提升 支付率"
)
#: What one thing, person or time a sum is for.
EACH = words(
    "平方米 ㎡ m2 亩 公里 千瓦时 千瓦 度 吨 立方米 标准箱 人次 人天 人 名 位 生 套 户 家 辆 台 个 次 项 件 课时 场次 "
    "场 床位 床 间 头 只 班 工作日 月 年 天 日 学年 学期 季度 季 期 周 例 单 本 张 票 幅 部 篇"
)
SUPPORT, PERSON = any_of(SUPPORTS), any_of(PEOPLE)
