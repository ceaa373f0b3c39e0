"""Words that tell what a clause of a provision does: grant, ask for something, rule somebody out."""

from __future__ import annotations

import re

GRANT = re.compile(
    r"给予|给与|予以|发给|奖励(?=[^，]*\d)|奖补(?=[^，]*\d)|补贴(?=[^，]*\d)|补助(?=[^，]*\d)|"
    r"资助(?=[^，]*\d)|贴息|(?:补贴|补助|奖励|奖补|配套|返还|减免|减收|"
    r"免收|支付|发放|计算|上浮|另奖)(?=[\d一二三四五六七八九十]|$)|按[^，]{0,24}(?:%|％|百分之|"
    r"比例|标准|倍)|一次性[^，]{0,12}\d|额度|"
    r"每(?:户|人|家|月|年|个|套|名|招用)[^，]{0,14}(?:补|奖|资助|最高|累计|不超过|[\d.]+万?元)|"
    r"最高\s*[\d.]+|累计不超过|总额|限额|封顶|分[两二三四五]年|配套"
)
LIMITS = re.compile(r"期限(?:最长|不超过)|最长\s*\d|不超过\s*\d+\s*(?:年|个月)$")
#: How often it can be had: who has had it gets none
ONCE = re.compile(
    r"(?:只能|只可|仅限|仅能|限|均?只)(?:由[^，。；]{0,12})?(?:享受|申[请领报]|领取?)[^，。；]{0,6}?(?:[一1]次|[一1]项)|"
    r"每满[^，。；]{0,4}申[请领][一1]次|(?<=以)[一1]次为限"
)
IF = re.compile(
    r"的$|满|以上$|以下$|以内$|之间$|符合|具有|具备|[未没无]|首次|每(?:新增|毕业|孵化|培育)|"
    r"不超过|不少于|不低于|不高于|不足|未满|达到"
)
#: What is done, said or found out by the body, and rules on other supports: no conditions of the claimant
NO_CONDITION = re.compile(
    r"就高|标准高的|不得用于|应当在[^，]{0,12}报告|视为放弃|由[^，]{2,20}(?:承担|负担|解释|"
    r"审核|办理)|公示(?:计划|使用)|"
    r"追回|退[回还]|^(?:首先|先)|逾期|^认定为|责任单位|牵头单位|评审得分|进行一次|按[^，]{0,10}(?:执行|约定)$|"
    r"可以与[^，]{2,30}叠加|"
    r"优先支持$|中扣除$|^(?:仍|共)?分[^，。；]{0,20}[等档级]$|^设立|资金池|另有规定|^其中$|^今年起$|以[^，]{2,12}为准$|^(?:对|"
    r"按)单位缴费|分配给"
)
#: What is allowed besides asks for nothing; what a fund may be spent on is its own rule
ALLOWS = re.compile(
    r"也?可以(?:就|继续|再次)?[^，。；]{0,14}(?:申报|申请|享受|领取)(?:[，,]|$)|返还资金由|资金(?:应当)?用于|逾期未申请"
)
BARS = re.compile(
    r"不予(?:补贴|补助|支持|受理|奖励|享受|返还|重复)|不(?:得|再|能)?(?:重复)?(?:享受|申请|"
    r"申领|申报|补贴|领取)(?!过)|不(?:在|列入|纳入|属于)[^，。]{0,8}"
    r"(?:范围|之列|对象)|不适用|不[得能]与|不再重复|不得同时|除外|不含|不包括|不受理|不重复"
)
AFTER_BARS = re.compile(
    r"(?:的)?[，,]?\s*(?:均|也|都)?(?:不予|不得|不再|不能|不在|不列入|不纳入|不属于|不适用|"
    r"除外|不受理|不重复|不享受|不给)"
    r"[^，。；]*$"
)
NOT_BOTH = re.compile(r"(?:不得|不能|不可以?|不)与(?P<other>[^，。；]{2,30}?)(?:同时|重复)")
#: What somebody must do once he has it, said of the whole sentence
DUTIES = re.compile(r"停发|也可以[^，。；]{0,14}(?:申报|申请|享受|领取)|应当(?:在[^，]{2,10})?(?:告知|报告|退回)")
#: Lines about the document itself, which ask for nothing
PREFACE = re.compile(r"(?:声明|说明|提示|备注|注)[：:]")
