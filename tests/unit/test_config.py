"""What is wrong with a setting is said in Chinese, with the values it takes."""

from __future__ import annotations

import pytest

from kb.config import load_settings
from kb.errors import SettingsError


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("dense_weight", "abc", "应为 0 到 1 之间的数"),
        ("dense_weight", "1.5", "应为 0 到 1 之间的数"),
        ("dense_weight", "-1", "应为 0 到 1 之间的数"),
        ("max_question_chars", "0", "应为不小于 1 的整数"),
        ("max_file_mb", "1.5", "应为不小于 1 的整数"),
        ("max_file_mb", "许多", "应为不小于 1 的整数"),
        ("max_removed_share", "0", "应为大于 0、不超过 1 的数"),
    ],
)
def test_a_value_from_the_environment(tmp_path, monkeypatch, name: str, value: str, expected: str) -> None:
    monkeypatch.setenv(f"ZHICE_{name.upper()}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings(home=tmp_path)
    assert str(caught.value) == f"设置 {name} 的值不可用：{expected}"


def test_a_value_of_another_type_in_the_file(tmp_path) -> None:
    (tmp_path / "kb.toml").write_text("embedding = 3\n")
    with pytest.raises(SettingsError) as caught:
        load_settings(home=tmp_path)
    assert str(caught.value) == "设置 embedding 的值不可用：应为文字"


def test_keys_are_shown_nowhere(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("ZHICE_LLM_API_KEY", "sk-secret")
    (tmp_path / "kb.toml").write_text('embedding_key = "sk-secret"\n')
    settings = load_settings(home=tmp_path)
    assert settings.llm_api_key is not None
    assert settings.llm_api_key.get_secret_value() == "sk-secret"
    assert settings.embedding_key is not None
    assert settings.embedding_key.get_secret_value() == "sk-secret"
    assert "secret" not in f"{settings!r}{settings}{settings.model_dump_json()}".replace("SecretStr", "")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [("log", "xml", "应为 auto、json、text 之一"), ("log_questions", "也许", "应为 1 或 0")],
)
def test_a_value_that_is_none_of_those_there_are(tmp_path, monkeypatch, name: str, value: str, expected: str) -> None:
    monkeypatch.setenv(f"ZHICE_{name.upper()}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings(home=tmp_path)
    assert str(caught.value) == f"设置 {name} 的值不可用：{expected}"
