"""Hypothesis strategies shared by property tests: texts that look like policy documents, and texts that do not."""

from __future__ import annotations

from hypothesis import strategies as st

_WORDS = [
    "云溪市", "孵化器", "申请", "补贴", "办法", "一、", "二、", "（一）", "（二）", "1.", "2.", "第一条",
    "第二条", "第一章", "一是", "二是", "责任单位：*市科技局、市财政局", "到2031年", "新增", "12.5%", "600家",
    "《云溪市办法》", "（云政办〔2031〕5号）", "附件：", "抄送：", "。", "；", "，", "：", "“百日行动”",
    "本报讯", "□", "▶", "|", "||", "⁃", "2031年6月1日", "云溪市人民政府办公室",
    "联系人：王小明，电话：12345678", "各县（市、区）人民政府：", "印发给你们", "AI", "供图", "图为",
    "编号：7", "类型：摘要", "\n", "\n\n", "。\n", " ", "\u3000", "   ",
]  # fmt: skip
#: Policy-like text: the words and marks that the rules look for, in any order.
policy_texts = st.lists(st.sampled_from(_WORDS), max_size=60).map("".join)
#: Anything at all, surrogates and control characters included.
any_texts = st.text(max_size=400)
