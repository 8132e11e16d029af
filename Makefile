# Two commands: `make dev` runs everything here, `make test` checks everything. Neither needs anything done before it.
# `make up` runs it in containers, and needs Docker alone.
SHELL := /bin/sh
PYTHON ?= python3
OPERATE = PYTHONDONTWRITEBYTECODE=1 $(PYTHON) -m containers.operate
.DEFAULT_GOAL := help

.PHONY: help dev demo up down logs ps shell backup restore base-backup rewind roll seed psql redis-cli test test-containers bench-render hostile generate kubernetes lock format setup clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup: ## install what development needs (other targets do it themselves)
	@$(PYTHON) containers/bootstrap.py

dev: setup ## run the whole stack on http://127.0.0.1:8080 (PORT), data in .local (DATA_DIR)
	@exec .venv/bin/python -m containers.local dev

demo: setup ## run it on data of its own, publish a shader, write a contact sheet, end
	@exec .venv/bin/python -m containers.local demo

up: ## build and run the containers on port 80 (HTTP_PORT); secrets are made once, in .env
	@$(OPERATE) up

down: ## stop the running stack: make dev's, or else the containers
	@$(OPERATE) down

logs: ## follow the logs of the running stack (SERVICE=render for one container's)
	@$(OPERATE) logs

ps: ## list the containers and their state
	@$(OPERATE) ps

shell: ## a shell in a container (SERVICE=shaders)
	@$(OPERATE) shell

backup: ## dump the containers' database (FILE=, RENDERS=1 for the pictures too)
	@$(OPERATE) backup

restore: ## load a dump; a broken one changes nothing (FILE=)
	@$(OPERATE) restore

base-backup: ## copy the database server for the WAL archive (WAL_ARCHIVE=1)
	@$(OPERATE) base-backup

rewind: ## restore the database to a point in time from the WAL archive (TIME=)
	@$(OPERATE) rewind

roll: ## replace the containers of a function without losing a request (FUNCTION=)
	@$(OPERATE) roll

seed: ## publish new and changed starter shaders on the running stack
	@$(OPERATE) seed

psql: setup ## a Postgres shell on the running stack
	@. "$${DATA_DIR:-.local}/environment" && .venv/bin/python -m containers.local psql

redis-cli: ## a Redis shell on the running stack
	@. "$${DATA_DIR:-.local}/environment" && path="$${REDIS_URL#unix://}" && redis-cli -s "$${path%\?*}"

test: setup ## everything: lint, types, layers, unit, integration, end to end
	@.venv/bin/tox run-parallel --parallel-no-spinner -e lint,types,layers,web
	@.venv/bin/tox run -e unit,integration,e2e,faults

test-containers: setup ## build, run, scale, roll, back up and restore the real containers (root, or a Docker engine)
	@exec .venv/bin/python -m tests.compose

bench-render: setup ## compare the renderer's cost with a plain headless browser's and with bare OpenGL (8 minutes)
	@exec .venv/bin/python -m tests.bench.render $(ARGS)

hostile: setup ## run hostile shaders beside good ones through a real renderer (DIR=folder of more, JOBS=200, OWNERS=1)
	@exec .venv/bin/python -m tests.hostile $(if $(DIR),--dir "$(DIR)") --jobs $(or $(JOBS),200) --owners $(or $(OWNERS),1)

generate: setup ## write all generated files, from manifests, handlers, settings and migrations
	@.venv/bin/python -m containers.generate
	@.venv/bin/python containers/bootstrap.py --generate-site

kubernetes: ## print Kubernetes manifests (ARGS="--host shaders.example.org ..."; docs/kubernetes.md)
	@$(PYTHON) containers/bootstrap.py >&2
	@.venv/bin/python -m containers.kubernetes $(ARGS)

format: setup ## format the Python code
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

RESOLVE = .venv/bin/uv pip compile -q --universal --python-version 3.11 --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)
lock: setup ## resolve what changed in pyproject.toml (UPGRADE=1: everything anew)
	@.venv/bin/python -m pip install -q uv
	@$(RESOLVE) pyproject.toml -o requirements.lock
	@$(RESOLVE) pyproject.toml -c requirements.lock --group dev -o requirements-dev.lock
	@$(RESOLVE) -c requirements-dev.lock --group renderer-image -o containers/renderer.lock

clean: ## remove what was built or installed here; data stays
	@rm -rf .venv .tox functions/web/dist functions/web/node_modules
