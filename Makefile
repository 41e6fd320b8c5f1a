# Alles, was man hier ausführen kann. Nötig sind nur Python ab 3.11 mit pip und make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FERTIG := $(VENV)/.eingerichtet

.PHONY: help demo test test-schwer lint bild lock clean

help: ## diese Übersicht
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(FERTIG) ## den Hauptfall vorführen
	@$(BIN)/laufmappe demo

test: $(FERTIG) ## alle Tests, die schnell genug sind, um sie oft laufen zu lassen
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile

test-schwer: $(FERTIG) ## die schweren Tests
	@$(BIN)/python -m pytest -q -m schwer -n 2 --dist loadfile

lint: $(FERTIG) ## ruff und mypy
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy .

bild: $(FERTIG) ## die Bilder des Lebenslaufs aus den Regeln neu zeichnen
	@$(BIN)/python bild.py

lock: $(FERTIG) ## die festgeschriebenen Abhängigkeiten erneuern
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--all-extras --build-constraint /dev/null pyproject.toml build.in -o requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml build.in -c requirements.lock -o requirements-betrieb.lock
	@$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["verify"], sep="\n")' \
		| $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		- build.in -c requirements.lock -o requirements-pruefung.lock

clean: ## Umgebung und Zwischenstände entfernen (Daten bleiben)
	@rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(FERTIG): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Nötig ist Python ab 3.11. Bitte mit PYTHON=… eines angeben."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
		{ echo "Die virtuelle Umgebung lässt sich nicht anlegen. Bitte das Paket python3-venv einrichten."; exit 1; }
	@echo "Abhängigkeiten einrichten …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $(FERTIG)
