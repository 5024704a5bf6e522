# make demo   a sample network with four weeks of trade, on http://127.0.0.1:8000
# make test   everything the tests need, and the tests
# Needs Python 3.11 or newer and make; all else is put into .venv.

PYTHON ?= python3
PORT ?= 8000
DEMO ?=
TESTS ?=
WORKERS ?= 2
BIN := .venv/bin

.PHONY: help demo up test oracles cluster-test fuzz lint format types docs bench clean reset check environment environment-run assets browser

help:
	@sed -n '1,3p' Makefile | cut -c3-; echo; echo "also: make up fuzz cluster-test lint format types docs bench check reset clean"

environment-run:
	@$(PYTHON) tools/environment.py run

environment:
	@$(PYTHON) tools/environment.py dev

assets: environment
	@$(BIN)/forecourt assets

browser: environment
	@$(BIN)/python tools/browser.py

oracles:
	@$(PYTHON) tools/environment.py oracles

demo: environment-run
	@test ! -x $(BIN)/pytest || $(BIN)/forecourt assets
	@$(BIN)/forecourt demo --port $(PORT) $(DEMO)

up: environment-run
	@$(BIN)/forecourt up --port $(PORT)

check: environment-run
	@$(BIN)/forecourt check

reset: environment-run
	@$(BIN)/forecourt reset

test: assets browser oracles
	$(BIN)/pytest -n $(WORKERS) $(TESTS)

# Ray and Spark (which wants a JDK 17) take minutes and a gigabyte: a target of their own.
cluster-test:
	@$(PYTHON) tools/environment.py cluster
	FORECOURT_CLUSTER=1 $(BIN)/pytest tests/insight/cluster

fuzz: environment
	FORECOURT_FUZZ=$${FORECOURT_FUZZ:-500} $(BIN)/pytest tests/api/test_fuzz.py tests/exchange/logs/test_hostile_logs.py

lint: environment
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-logo

format: environment
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types: environment
	$(BIN)/mypy

docs: environment
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

bench: environment oracles
	$(BIN)/python benchmarks/live.py
	$(BIN)/python benchmarks/conformance.py

clean:
	rm -rf .venv .venv-oracles site .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache frontend/node_modules
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -rf src/forecourt/web/static/web/build
