# Two commands: `make dev` runs everything here, `make test` checks everything. Neither needs anything done before it.
SHELL := /bin/sh
PYTHON ?= python3
.DEFAULT_GOAL := help

.PHONY: help dev demo down logs seed psql redis-cli test generate lock format setup clean

help: ## what there is to make
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## install what development needs (other targets do it themselves)
	@$(PYTHON) containers/bootstrap.py

dev: setup ## run the whole stack on http://127.0.0.1:8080 (PORT), data in .local (DATA_DIR)
	@exec .venv/bin/python -m containers.local dev

demo: setup ## run it on data of its own, publish a shader, write a contact sheet, end
	@exec .venv/bin/python -m containers.local demo

down: setup ## stop the stack that runs here
	@.venv/bin/python -m containers.local down

logs: setup ## follow the logs of the running stack
	@.venv/bin/python -m containers.local logs

seed: setup ## publish new and changed starter shaders on the running stack
	@. "$${DATA_DIR:-.local}/environment" && .venv/bin/python -m db.starters

psql: setup ## a Postgres shell on the running stack
	@. "$${DATA_DIR:-.local}/environment" && .venv/bin/python -m containers.local psql

redis-cli: ## a Redis shell on the running stack
	@. "$${DATA_DIR:-.local}/environment" && path="$${REDIS_URL#unix://}" && redis-cli -s "$${path%\?*}"

test: ## everything: lint, types, layers, unit, integration, end to end
	@$(PYTHON) containers/bootstrap.py --tox
	@.tox/bootstrap/bin/tox

generate: setup ## write what follows from manifests, handlers and migrations
	@.venv/bin/python -m containers.generate

format: setup ## format the Python code
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

lock: setup ## resolve the dependencies anew
	@.venv/bin/python -m pip install -q uv
	@.venv/bin/uv pip compile -q --universal --upgrade --python-version 3.11 --custom-compile-command "make lock" pyproject.toml -o requirements.lock
	@.venv/bin/uv pip compile -q --universal --upgrade --python-version 3.11 --custom-compile-command "make lock" pyproject.toml --group dev -o requirements-dev.lock
	@.venv/bin/uv pip compile -q --universal --upgrade --python-version 3.11 --custom-compile-command "make lock" -c requirements-dev.lock --group renderer-image -o containers/renderer.lock

clean: ## remove what was built or installed here, but no data
	@rm -rf .venv .tox functions/web/dist functions/web/node_modules
