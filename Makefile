# make demo    set up, run the main job for real, show the table (KEEP=1: leave it running)
# make test    set up, all checks and tests; make test-full: what takes longer
.PHONY: help setup demo stop test test-full bench chaos lint format
python := .venv/bin/python
export PYTHONPATH := $(CURDIR)

help:
	@sed -n '1,2s/^# //p' Makefile

setup:
	@.ci/setup dev

demo:
	@.ci/setup demo
	@$(python) -m hub.rehearsal.demo $(if $(filter-out 0,$(KEEP)),--keep)

stop:
	@$(python) -m hub.rehearsal.demo --stop

lint: setup
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: setup
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

test: lint
	$(python) -m pytest -m "not full"

test-full:
	@.ci/setup full
	$(python) -m pytest -m full

bench: setup
	$(python) -m tests.bench

chaos: setup
	CHAOS=1 $(python) -m pytest tests/chaos -s
