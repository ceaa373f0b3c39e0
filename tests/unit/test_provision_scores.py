"""The scores provisions are measured by."""

from __future__ import annotations

from kb.model import Provision
from tests.provision_scores import Count, matches, pair, score


def test_a_perfect_prediction_scores_one() -> None:
    label = {"benefit": "租金补贴", "amounts": ["每年6000元"], "conditions": ["在本市登记"], "phones": ["0799-6661234"]}
    right = Provision("租金补贴", 0, 9, amount="每年6000元", conditions=("在本市登记",), phone="07996661234")
    result = score([right], [label])
    assert result.total("strict") == Count(4, 4, 4)
    assert result.total("loose") == Count(4, 4, 4)
    assert result.total("strict").f1 == 1.0


def test_what_is_missing_or_wrong_costs() -> None:
    label = {"benefit": "租金补贴", "amounts": ["6000元"], "caps": ["最长3年"]}
    wrong = Provision("租金补贴", 0, 9, amount="600元", deadline="3月1日前")
    result = score([wrong], [label])
    assert result.total("strict") == Count(1, 3, 3)
    assert result.strict["amounts"] == Count(0, 1, 1)
    assert score([], [label]).total("strict") == Count(0, 0, 3)
    assert score([wrong], []).total("strict") == Count(0, 3, 0)


def test_what_is_said_once_counts_once() -> None:
    """A telephone given to both provisions matches its one label and is no second mistake."""
    labels = [{"benefit": "甲补贴", "phones": ["6661234"]}, {"benefit": "乙奖励"}]
    both = [Provision("甲补贴", 0, 1, phone="6661234"), Provision("乙奖励", 1, 2, phone="6661234")]
    assert score(both, labels).strict["phones"] == Count(1, 1, 1)
    assert score(both, labels).loose["phones"] == Count(1, 1, 1)


def test_items_match_by_number_or_by_half_of_their_characters() -> None:
    assert matches("amounts", "20万元", "每家200000元")
    assert not matches("amounts", "20万元", "2万元")
    assert matches("rates", "减半", "减半")
    assert matches("conditions", "在本市依法登记", "在本市登记")
    assert not matches("conditions", "在本市登记", "无违法记录")
    assert pair("conditions", ["在本市登记", "在本市依法登记"], ["在本市依法登记"]) == [(1, 0)]
