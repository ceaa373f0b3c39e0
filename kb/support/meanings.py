"""What words of a statement stand for in documents: pairs of characters, with those of the genre's words for them."""

from __future__ import annotations

import re
from functools import lru_cache

from kb.text.lexicon import synonyms

#: What people say of their case, and what documents write for it
_MEANS = tuple(
    (re.compile(said), written)
    for said, written in (
        (r"亲戚|亲属|父母|家里人|家人|自家|自己的房", "直系亲属，本人或直系亲属，亲属房产，近亲属"),
        (r"房东|房子|门面|铺面|店面", "房产，用房，经营场地，经营用房，租用，物业"),
        (r"爱人|老婆|老公|丈夫|妻子|夫妻|单身|未婚|配偶", "配偶，申请人及配偶"),
        (
            r"(?:没有?|无|未)(?:自有|购|买)?[^，贷租]{0,2}房(?![租贷])|名下[^，]{0,6}(?:没|无)[^，贷租]{0,4}房(?![租贷])",
            "自有住房，没有自有住房，购房，购买住房",
        ),
        (r"大学|学院", "高校，高等院校"),
        (
            r"(?:拿|考|领)[到了下过]*[^，]{0,10}(?:[工师员]|技能|资格|等级|[初中高]级)证",
            "取得职业资格证书，取得职业技能等级证书",
        ),
        (r"(?:介绍|推荐)[^，]{0,8}(?:人才|专家)", "举荐人才"),
        (r"投了?\d", "投入资金，投入改造资金"),
        (r"摆了?[^，]{0,2}摊", "设摊，经营，创业摊位"),
        (r"备了?过?案", "登记备案，合同登记备案，已经登记备案"),
        (r"租房[^，]{0,4}合同|租赁合同|房租合同", "住房租赁合同，租赁合同"),
        (r"云服务|上云", "购买云服务，企业上云"),
        (
            r"租(?!住|了?一?套|房(?!东))[用了的着]?[^，]{0,6}(?:店|铺|门面|房|场地|厂|楼)(?!住)",
            "租用经营场地，租用经营用房，租赁经营场所",
        ),
        (r"社保|社会保险|养老保险|失业保险|参保|养老[和、]|职工养老", "参加社会保险，缴纳社会保险费，参加职工社会保险"),
        (r"社保|五险", "缴社保，缴纳职工基本养老保险，职工养老保险费，失业保险费，基本医疗保险费"),
        (r"上班|干了|入职|工作|当[\u4e00-\u9fff]{1,4}[工员师]$", "就业，在岗，到企业就业，在职，企业在职职工"),
        (r"第一次[^，]{0,8}(?:贷款|借款)|首次[^，]{0,4}贷款", "首贷"),
        (r"买了?[^，]{0,8}房", "购买自住商品住房，购房，购买住房"),
        (r"生了?[^，]{0,2}[二三两]孩|[二三]孩|[二三两]个孩子", "生育二孩，生育三孩，多子女家庭"),
        (r"领过|拿过|享受过|领了|拿了", "领取过，领取，享受过"),
        (r"头一年|第1年", "第一年"),
        (r"起租|租了|租的|租用|租着", "连续租满，租用"),
        (r"房租|场租", "租金，租金减免"),
        (r"养老", "基本养老保险费，职工养老保险费，养老保险"),
        (r"医保|医疗", "基本医疗保险费，职工基本医疗保险费"),
        (
            r"签了?[^，租房]{0,6}(?<![租房赁])合同(?=$|[，。])|"
            r"(?<![租房赁易务同购])合同(?=[一两三四五六七八九\d]|到期|年)",
            "签订劳动合同",
        ),
        (r"灵活就业登记", "办理灵活就业登记"),
        (r"没有?领过|没有?享受过|没有?拿过", "领取过，享受过，已享受，取得"),
        (r"没有?裁员|未裁员|零裁员", "裁员率不高于，裁员率符合要求"),
        (r"足额|交[清着满齐]|缴[清满]", "足额缴费，缴纳，费用已缴清"),
        (r"无失信|没有失信", "未被列入严重违法失信名单，没有列入严重失信主体名单"),
        (r"新招|招了|招用|招聘|[请雇]了?[\d一二两三四五六七八九十]+[名个]", "招用他人，招用人员，招用员工"),
        (r"(?:自己|个人|本人)[^，]{0,8}[交缴]", "以个人身份缴纳"),
    )
)
_PLAIN = re.compile(r"[^\u4e00-\u9fffA-Za-z]+")


def grams(text: str) -> frozenset[str]:
    """The pairs of neighbouring Han characters and letters of a text."""
    return frozenset(run[i : i + 2] for run in _PLAIN.split(text) for i in range(len(run) - 1))


@lru_cache(maxsize=4096)
def spoken_of(text: str) -> frozenset[str]:
    """Pairs of the words of the genre that stand for words of a text."""
    found: set[str] = set()
    for pattern, written in _MEANS:
        if pattern.search(text):
            found.update(grams(written))
    for word, others in synonyms().items():
        if len(word) > 2 and word in text:
            found.update(g for other in others for g in grams(other))
    return frozenset(found)
