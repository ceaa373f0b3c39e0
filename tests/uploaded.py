"""A document and a later state of it, as somebody uploads them."""

from __future__ import annotations

OLD = (
    "溪口县小微企业园管理办法\n\n溪政发〔2024〕5号\n\n"
    "第一条 入园企业每年给予租金补贴2万元。\n第二条 本办法自2024年3月1日起施行。\n"
)
NEW = OLD.replace("2万元", "3万元").replace("第二条", "第二条 补贴按季拨付。\n第三条")
