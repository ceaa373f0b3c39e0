# 知策。第一次运行任何目标时会自动建立 .venv；之后只有 pyproject.toml 变了才会再装依赖。
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check
TORCH ?= torch==2.13.0
ZHICE_HOME ?= .zhice
HOST ?= 127.0.0.1
PORT ?= 7860
TEST_WORKERS ?= 2
PYTEST_ARGS ?=

.PHONY: help setup setup-dev run ask test lint clean
.DEFAULT_GOAL := help

help:
	@echo '用法：'
	@echo '  make run             建立环境、导入 corpus/、打开网页（HOST、PORT、ZHICE_HOME 可改）'
	@echo '  make ask Q="问题"     在终端回答一个问题'
	@echo '  make test            运行全部测试      make lint   检查代码'
	@echo '  make setup           只建立环境        make clean  删除环境、示例知识库和测试产物'

setup: $(VENV)/.installed
setup-dev: $(VENV)/.installed-dev

$(VENV)/.created:
	@sh scripts/make_venv.sh $(VENV)
	@touch $@

$(VENV)/.installed: pyproject.toml | $(VENV)/.created
	@echo '正在安装依赖（第一次约需几分钟）……'
	@$(PIP) install --quiet '$(TORCH)'
	@$(PIP) install --quiet -e '.[eval]'
	@touch $@

$(VENV)/.installed-dev: pyproject.toml $(VENV)/.installed
	@echo '正在安装测试工具……'
	@$(PIP) install --quiet -e '.[dev]'
	@touch $@

run: setup
	@$(PY) -m ingest sync corpus --home '$(ZHICE_HOME)'
	@$(PY) chat_app.py --home '$(ZHICE_HOME)' --host '$(HOST)' --port '$(PORT)'

# The question reaches the command through the environment, so no character of it is run by the shell.
ask: export QUESTION = $(value Q)
ask: setup
	@test -n "$$QUESTION" || { echo '请写上问题：make ask Q="安徽省到2029年要建多少家顶尖孵化器？"' >&2; exit 2; }
	@$(PY) -m ingest sync corpus --home '$(ZHICE_HOME)' >&2
	@$(PY) -m kb ask "$$QUESTION" --home '$(ZHICE_HOME)'

test: setup-dev
	@$(PY) -m pytest -n $(TEST_WORKERS) --dist loadscope --no-loadscope-reorder $(PYTEST_ARGS)

lint: setup-dev
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

clean:
	rm -rf $(VENV) .zhice test-artifacts build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find kb ingest eval ui tests -name __pycache__ -type d -prune -exec rm -rf {} +
