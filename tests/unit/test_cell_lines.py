"""The lines of a table cell: a broken label is put together, what stands one below the other stays apart."""

import pytest

from ingest.readers.build import join_lines


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("项目/名称", "项目名称"),
        ("基/础/指/标", "基础指标"),
        ("备/注", "备注"),
        ("申请/人", "申请人"),
        ("登记/人员数", "登记人员数"),
        ("违反规定/情况", "违反规定情况"),
        ("作出许可决定的/机关名称", "作出许可决定的机关名称"),
        ("组织开展活动的/做法", "组织开展活动的做法"),
        ("区发展改革/局/区经信局", "区发展改革局 区经信局"),
        ("区科技局/区经信局", "区科技局 区经信局"),
        ("区科技局/牵头单位", "区科技局 牵头单位"),
        ("各街道/各镇", "各街道 各镇"),
        ("张三/李四/王五", "张三 李四 王五"),
        ("申报条件/申报材料", "申报条件 申报材料"),
        ("鹿溪/云溪", "鹿溪 云溪"),
        ("奖励标准/（万元）", "奖励标准 （万元）"),
        ("第一句话说完了。/第二句", "第一句话说完了。 第二句"),
        ("一个长到不会是词语的前半段文字/无", "一个长到不会是词语的前半段文字 无"),
        (" 甲　乙 //丙局", "甲 乙 丙局"),
        ("", ""),
    ],
)
def test_lines_of_a_cell(lines: str, expected: str) -> None:
    assert join_lines(lines.split("/")) == expected
