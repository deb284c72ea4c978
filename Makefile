# Everything a person types. `make run` and `make test` need only Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help run install test check bench detector requirements clean

run: install ## serve everything on one port until Ctrl-C
	@$(BIN)/lotse run

install: .venv/installed ## put the pinned dependencies into .venv

test: .venv/installed-dev ## install what the tests need and run all of them
	@$(BIN)/python -m pytest $(ARGS)

check: .venv/installed-dev ## lint, types, and the picture of the house
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: .venv/installed-dev ## measure: matching, chat round trip
	@$(BIN)/python -m bench

detector: .venv/installed-dev ## train what tells emergencies, after a change of its phrases or concepts
	@$(BIN)/python -m knowledge.emergency.training

# The stamps say for which pins .venv was filled, so a second start installs nothing.
.venv/installed: requirements.txt pyproject.toml
	@echo "Installing into .venv ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

requirements: ## pin anew what pyproject.toml names (needs the network and a moment)
	@$(PYTHON) -m venv .venv-pin && .venv-pin/bin/python -m pip install --quiet uv
	@.venv-pin/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links --extra build pyproject.toml --output-file requirements.txt
	@.venv-pin/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links --extra build --extra dev --constraints requirements.txt \
		pyproject.toml --output-file requirements-dev.txt
	@rm -rf .venv-pin

help: ## what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

clean: ## remove what can be made again (never the data folder)
	@rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
