"""Who holds an office: whether a question asks it, and whether a text names somebody (局长办公会议 names nobody)."""

from __future__ import annotations

import re

_CHIEF = "副?[局厅部处科司院校区县市镇乡村所队组站行署州]长"
_OFFICE = f"(?:{_CHIEF}|副?(?:主任|书记|主席|秘书长|理事长|会长|董事长|总?经理)|负责人|联系人)"
_WHO = "谁|哪位|何人|叫什么|姓名|名字"
_ASKED = re.compile(
    rf"(?P<before>{_OFFICE})(?:现在|现|目前)?(?:的)?(?:是|叫|为)?(?:{_WHO})|"
    rf"(?:谁|哪位|何人)(?:是|当|任|担任)[^，。？?]{{0,16}}?(?P<behind>{_OFFICE})"
)
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟"
    "汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文应欧庞樊施陶洪翟安颜倪严"
    "牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁耿牟卜詹关苗凌费纪靳盛童甄项曲靖"
)
_PERSON = rf"[{_SURNAMES}][\u4e00-\u9fff某×]{{1,2}}"
_BETWEEN = r"(?:[（(][^（）()]{0,12}[）)])?[：:、\s]{0,2}(?:为|是|由)?"
_ENDS = r"(?=$|[，。、；;：:\s（()）]|同志|代表|主持|出席|任|在|作|介绍|表示|签)"
_HOLDS = r"(?:同志)?(?:[，,（(、\s]{1,2}|任|担任|当选为?|兼任|为)"


def office_asked(asking: str) -> str | None:
    """The office whose holder is asked for (市科技局局长是谁: 局长); None where none is."""
    found = _ASKED.search(asking)
    return (found["before"] or found["behind"]) if found else None


def names_holder(office: str, text: str) -> bool:
    """Whether a person's name stands beside an office: 局长：王某, 局长王某介绍, 王某任市科技局局长."""
    before = rf"{re.escape(office)}{_BETWEEN}{_PERSON}{_ENDS}"
    behind = rf"(?<![\u4e00-\u9fff]){_PERSON}{_HOLDS}[^，。；]{{0,14}}{re.escape(office)}"
    return re.search(f"{before}|{behind}", text) is not None
