"""What single lines of a page are: its navigation, its buttons, credits, the head of a list of other pages."""

from __future__ import annotations

import re

#: 您现在的位置：首页 > 政务公开; 当前位置: 首页
_PLACE = re.compile(r"(?:您|你)?(?:现在|当前|目前|现)?(?:在|所在|所处)?的?位置\s*(?:是|为)?\s*[:：>＞].{0,300}")
#: 首页 > 政务公开 > 通知公告; 政府网>文件>科技: short names parted by one sign
_STEP = re.compile(r"\s*(?:>+|＞+|»|›|→|/|／|\\)\s*")
_LONGEST = 200
#: Lines of nothing but buttons: 【打印】【关闭】, 字号：大 中 小, 分享到：, A+大 A-小
_BUTTON_NAMES = """
打印本页 打印页面 打印此页 打印本文 打印 关闭窗口 关闭本页 关闭页面 关闭此页 关闭 收藏本页 加入收藏 取消收藏 收藏
设为首页 分享文章到 分享到 分享 字体大小 字号大小 浏览字号 字体 字号 大 中 小 返回顶部 返回首页 返回上一页 返回列表
返回 顶部 取消 保护视力色 视力保护色 下载文字版 下载图片版 下载阅读版本 公报格式下载 PDF格式下载 公报PDF
听全文 语音播报 语言播报 朗读 复制链接 复制 微信好友 QQ好友 QQ空间 新浪微博 微信 微博 更多
内容纠错 无障碍浏览 无障碍阅读 无障碍 长者版 关怀版 繁体 简体 默认 超大 TOP A+ A- A X
"""
_BUTTON = re.compile(
    "|".join(map(re.escape, sorted(_BUTTON_NAMES.split(), key=len, reverse=True)))
    + r"|扫一扫.{0,24}|扫码(?:浏览|分享|关注|查看|阅读).{0,12}|[\s\u3000|｜【】\[\]（）()<>《》:：、／/·\-—+次]+"
)
#: 责任编辑：王某; （编辑：办公室）; 来源：市府办
_CREDIT_NAMES = "责任编辑|责编|编辑|编审|审核|审校|校对|供稿|撰稿|作者|文字|摄影|信息来源|文章来源|来源|稿源|终审|初审"
_CREDIT = re.compile(rf"[（(【\[]?\s*(?:{_CREDIT_NAMES})\s*[:：].{{0,60}}")
#: 上一篇：关于…的通知; 下一条 没有了
_NEIGHBOUR = re.compile(
    r"[【\[<《]?(?:上|下|前|后)[一1]?(?:篇|条|页)(?:文章|新闻)?[】\]>》]?\s*(?:[:：>]|\s|$).{0,160}|[上下]一[篇条页]"
)
#: 浏览次数：12
_COUNT = re.compile(r"(?:浏览|阅读|点击|访问|人气)(?:次数|量|数|率)?\s*[:：].{0,20}")
#: 今天是2024年3月9日 星期六; 欢迎访问某某网站
_GREETING = re.compile(
    r"(?:今天是|欢迎(?:您)?(?:访问|光临|来到|进入)).{0,60}|.{0,30}星期[一二三四五六日天].{0,10}欢迎.{0,40}"
)
#: What only the foot of a site says; 主办单位 is said of events too and needs one of these beside it.
_SITE = re.compile(
    r"版权所有|版权声明|网站地图|网站标识码|[ICPicp]{3}\s*备|公网安备|网安备|技术支持\s*[:：]|[Cc]opyright|"
    r"[Aa]ll [Rr]ights|网站(?:管理|维护)|维护单位|建议使用.{0,30}浏览器|分辨率|\bwww\.|\.gov\.cn"
)
_HOST = re.compile(
    r"^(?:网站)?(?:主办|承办|协办|维护|管理|版权)(?:单位|方)?\s*[:：]|^.{2,30}(?:主办|承办)(?:\s|$|[，。　|])|"
    r"版权所有|[Cc]opyright|备案"
)
#: The head of a list of other pages, sure by its words …
_OTHERS = re.compile(
    r"(?:推荐|热点|热门|往期|延伸|猜你喜欢|大家都在看|为您推荐|最新(?:文章|信息|动态|发布))"
    r"(?:推荐|阅读|新闻|文章|信息|简讯|回顾|内容|资讯|视频|专题|排行|导读)*\s*[:：]?|"
    r"相关(?:新闻|文章|阅读|稿件|报道|资讯|推荐|链接)(?:推荐|列表)?\s*[:：]?"
)
#: … or only if what follows are links: a document may have a section of that name.
_MAYBE_OTHERS = re.compile(
    r"相关(?:文件|政策|信息|解读|文档|公文|法规|内容|附件|下载|专题)(?:解读|下载|列表|链接)*\s*[:：]?"
)


def is_crumb(line: str, *, linked: bool = False) -> bool:
    """Whether a line tells where on the site the page stands; ``linked``: much of it is links.

    A chain of other words may be a procedure (受理>审查>决定).
    """
    if len(line) > _LONGEST or _PLACE.fullmatch(line):
        return len(line) <= _LONGEST
    steps = [step.strip() for step in _STEP.split(line)]
    return len(steps) > 1 and (steps[0] == "首页" or linked) and all(len(step) <= 30 for step in steps)


def is_buttons(line: str) -> bool:
    """Whether a line holds nothing but a site's buttons and counters."""
    if not 1 < len(line) <= _LONGEST:
        return False
    return not _BUTTON.sub("", line) or bool(_COUNT.fullmatch(line) or _GREETING.fullmatch(line))


def is_trailer(line: str) -> bool:
    """Whether a line below a document is the site's: credits, neighbours, buttons."""
    return bool(_CREDIT.fullmatch(line) or _NEIGHBOUR.fullmatch(line)) or is_buttons(line)


def is_foot(line: str) -> bool:
    """Whether a line belongs to the foot of a site: who runs it, its registration."""
    found = _SITE.findall(line[: _LONGEST + 1]) if len(line) <= _LONGEST else []
    return len(found) > 1 or (len(found) == 1 and bool(_HOST.search(line)))


def heads_others(line: str, *, links: bool) -> bool:
    """Whether a line heads a list of other pages; ``links``: what follows is mostly links."""
    return bool(_OTHERS.fullmatch(line) or (links and _MAYBE_OTHERS.fullmatch(line)))
