# One door to everything. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup up test cases bench proto docs lint lock browser clean

BIN := .venv/bin
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PROTOS := $(wildcard proto/xianfeng/*/v1/*.proto)

help: ## 显示这个列表
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1|/' | awk -F'|' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: .venv/.installed .venv/.protos ## 安装全部依赖(可重复运行;之后可离线使用)
	@$(BIN)/python -m xianfeng.runtime.downloads

up: setup ## 启动并显示网页地址,Ctrl-C 停止
	@exec $(BIN)/xianfeng up

test: setup browser ## 运行全部测试
	$(BIN)/python -m pytest --numprocesses 2 --no-loadscope-reorder -m 'not alone'
	$(BIN)/python -m pytest -m alone tests/e2e tests/integration

cases: setup ## 逐条核对覆盖案例:make cases FILE=案例.csv(不写 FILE 则用随附数据或自动生成的案例)
	$(BIN)/python -m tests.cases $(FILE)

bench: setup ## 测量速度并打印
	$(BIN)/python -m tests.bench

proto: ## 由 proto/ 生成 Python 代码
	$(BIN)/python -m grpc_tools.protoc -I . --python_out=. --pyi_out=. --grpc_python_out=. $(PROTOS)

docs: setup ## 由事件模型生成 docs/events.md 和 docs/asyncapi.json
	$(BIN)/python -m services.published

lint: setup ## 检查格式、类型和导入规则
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: setup ## 更新依赖和下载的锁文件(需要联网)
	$(BIN)/uv pip compile --quiet --upgrade --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--strip-extras --no-emit-index-url --no-emit-find-links --output-file requirements.lock requirements.in
	$(BIN)/python -m xianfeng.runtime.downloads --relock

clean: ## 删除安装的依赖和生成的代码(不动数据)
	rm -rf .venv
	find proto -name '*_pb2*.py*' -delete

browser:
	@command -v chromium >/dev/null || { echo '浏览器测试需要 Chromium 和中文字体,请先运行:sudo apt-get install chromium fonts-noto-cjk' >&2; exit 1; }

.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null \
		|| { echo '需要 Python 3.11,请先运行:sudo apt-get install python3.11 python3.11-venv' >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv \
		|| { echo '无法建立 .venv,请先运行:sudo apt-get install python3-venv' >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		--config-settings editable_mode=compat --editable .
	@touch $@

.venv/.protos: .venv/.installed $(PROTOS)
	@$(MAKE) --no-print-directory proto >/dev/null
	@touch $@
