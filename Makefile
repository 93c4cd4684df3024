# make demo    set up, then the main job on the example returns
# make test    set up, then every check and every test
# make check   lint, types, import contracts, staleness of generated files
# make fast    the quick tests, none of which needs LibreOffice
# make templates   rebuild templates/xlsx, templates/editions and the generated docs
# make bench   the benchmarks and the long form of the property tests

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
TOOLS := soffice ssconvert bsdtar pdftoppm chromium cc
APT := libreoffice-calc python3-uno gnumeric libarchive-tools fonts-noto-cjk poppler-utils chromium gcc libc6-dev

.PHONY: demo test check fast templates bench system clean

demo: $(READY)
	$(BIN)/toolkit demo -o out/demo

test: check system
	$(BIN)/python -m pytest -n 2

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m bench.generated --check

fast: $(READY)
	$(BIN)/python -m pytest -n 2 -m "not slow"

templates: $(READY)
	$(BIN)/python -m bench.generated

bench: $(READY) system
	$(BIN)/python -m bench

$(READY): requirements-dev.txt pyproject.toml
	$(PYTHON) -c "import ensurepip, venv" 2>/dev/null || $(MAKE) --no-print-directory install-venv
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

.PHONY: install-venv
install-venv:
	@$(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq python3-venv

# LibreOffice recalculates, Chromium shows the report, a C compiler builds what lets a disk fail: all real ones.
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
system:
	@missing=; for tool in $(TOOLS); do command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	/usr/bin/python3 -c "import uno" 2>/dev/null || missing="$$missing uno"; \
	fc-list :lang=zh 2>/dev/null | grep -q . || missing="$$missing fonts"; \
	if [ -n "$$missing" ]; then \
	  $(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $(APT); \
	fi

clean:
	rm -rf .venv out dist build
