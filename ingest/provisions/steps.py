"""Whether a sentence is a step on the way to a support: of the claimant, or of the authority towards the claimant."""

from __future__ import annotations

import re

_DONE = "申请|申报|申领|办理|提交|填报|报名|领取|登记|缴费|认证|预约|递交|备案"
_HANDLED = "受理|审核|复核|核实|审批|核准|公示"
#: What a claimant does.
APPLIES = re.compile(rf"{_DONE}|报送|登录")
#: Where, or through what, the claimant does it.
CLAIMS = re.compile(
    r"(?:可以?|应当?|须|需|请|由|凭|持|携带|直接|自行|后|人|者|单位|企业)[^。；]{0,30}?"
    rf"(?:向|到|至|在|通过|登录|前往|凭|持|携带)[^。；]{{2,60}}?(?:{_DONE})"
)
#: Of the authority: something is checked, told or paid.
_HANDLES = re.compile(
    rf"(?:{_HANDLED}|初审|拨付|发放|核发|出具|告知|评审|划入)[^。；]{{0,40}}"
    r"(?:工作日|日内|天内|之日起|后|通过|的，|无异议|账户|结果)|"
    rf"\d{{1,2}}个?(?:工作)?[日天]内[^。；]{{0,16}}(?:{_HANDLED}|初审|办结|评审|拨付|发放)|"
    rf"(?:经|收到|自)[^。；]{{0,24}}(?:{_HANDLED}|批准|材料)[^。；]{{0,30}}(?:的，|后，|，|内)[^。；]{{0,60}}"
    r"(?:发放|拨付|予以|给予|核发|出具|通知|公布|报|提出|作出)"
)


def is_step(plain: str, start: int, end: int) -> bool:
    """Whether ``plain[start:end]`` is a step."""
    return bool(CLAIMS.search(plain, start, end) or _HANDLES.search(plain, start, end))
