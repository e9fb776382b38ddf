# Two commands on a fresh machine: `make demo` and `make test`. Each does its own set-up.
.PHONY: setup servers demo test check lint types imports cov bench lock

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
export UV_PYTHON_DOWNLOADS := never

setup: $(VENV)/.installed

$(VENV)/.installed: requirements.lock pyproject.toml
	test -x $(BIN)/python || python3 -m venv $(VENV)
	test -x $(UV) || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(UV) pip install --quiet --require-hashes -r requirements.lock
	$(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

servers:
	tests/servers/install.sh

demo: setup
	$(BIN)/thirdshift-controller demo --dir build/demo

test: setup servers build/focus-venv/.installed
	$(BIN)/pytest --numprocesses 2 $(ARGS)

check: lint types imports test

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

imports: setup
	$(BIN)/lint-imports

cov: setup servers build/focus-venv/.installed
	$(BIN)/pytest --numprocesses 2 --cov --cov-report=term-missing:skip-covered $(ARGS)

bench: setup servers build/bench-venv/.installed
	$(BIN)/pytest --capture=no --quiet tests/benchmarks/bench_*.py $(ARGS)

build/bench-venv/.installed: tests/benchmarks/requirements.txt
	$(UV) venv --quiet --clear --python $(BIN)/python build/bench-venv
	$(UV) pip install --quiet --compile-bytecode --python build/bench-venv/bin/python -r $<
	touch $@

build/focus-venv/.installed: tests/servers/focus-validator.txt
	$(UV) venv --quiet --clear --python $(BIN)/python build/focus-venv
	$(UV) pip install --quiet --python build/focus-venv/bin/python -r $<
	touch $@

lock: setup
	$(UV) pip compile --quiet pyproject.toml --all-extras --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --output-file requirements.lock $(LOCK)
