# Two commands are enough: `make run` and `make test`. Both set up whatever is missing, once.
PYTHON ?= python3
PY := .venv/bin/python
BOOT := $(PYTHON) cli/bootstrap.py

# A second start is quick because modules stay compiled.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPATH := $(CURDIR)

RUN_READY := .venv/.stamp-run
DEV_READY := .venv/.stamp-dev
BUILT := web/static/dist/manifest.json
SOURCES := $(shell find web/assets web/templates web/pages -name node_modules -prune -o -name "*.pyc" -prune -o -type f -print 2>/dev/null)

.PHONY: help run test check types e2e bench migration i18n openapi setup chromium clean

help:
	@echo "make run        start everything on this machine; Ctrl-C stops it"
	@echo "make test       every check and every test"
	@echo "make check      ruff, mypy, import contracts, TypeScript"
	@echo "make e2e        the tests that drive a browser"
	@echo "make bench      measure; one JSON line per figure"
	@echo "make migration m=\"what changes\"   write the next migration from the tables"
	@echo "make openapi    write docs/openapi.json and docs/problems.md from the code"
	@echo "make i18n       collect the sentences to translate"
	@echo "make setup      only set up"
	@echo "make clean      remove what was built; data in .lazo stays"

run: $(RUN_READY) $(BUILT)
	@exec $(PY) -m cli dev

test: $(DEV_READY) $(BUILT) chromium check
	@$(PY) -m pytest $(PYTEST)

check: $(DEV_READY) $(BUILT)
	@$(PY) -m ruff check .
	@$(PY) -m mypy .
	@.venv/bin/lint-imports
	@$(BOOT) tsc

e2e: $(DEV_READY) $(BUILT) chromium
	@$(PY) -m pytest -m e2e $(PYTEST)

bench: $(DEV_READY) $(BUILT) chromium
	@for name in boot call slots search pages; do $(PY) benchmarks/$$name.py || exit 1; done

migration: $(DEV_READY)
	@$(PY) -m cli migration "$(m)"

i18n: $(DEV_READY)
	@.venv/bin/pybabel -q extract -F web/locale/babel.cfg -k N_ -k _ -k gettext -k ngettext:1,2 --no-location --sort-output -o web/locale/lazo.pot .
	@for one in es ar; do .venv/bin/pybabel -q update -D lazo -d web/locale -l $$one -i web/locale/lazo.pot --no-fuzzy-matching || exit 1; done
	@$(PY) -m kit.i18n_compile

openapi: $(DEV_READY)
	@$(PY) -c "import pathlib; from api import app; pathlib.Path('docs/openapi.json').write_text(app.as_text(), encoding='utf-8')"
	@$(PY) -m tests.architecture.test_problems

setup: $(DEV_READY) $(BUILT)

chromium:
	@$(BOOT) chromium

clean:
	rm -rf .venv web/static/dist web/assets/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN_READY): requirements.lock
	@$(BOOT) run

$(DEV_READY): requirements-dev.lock requirements.lock
	@$(BOOT) dev

$(BUILT): $(SOURCES) | $(RUN_READY)
	@$(BOOT) assets
