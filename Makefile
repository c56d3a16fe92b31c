# `make demo` needs Python 3.11 or newer and nothing else; `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
OUT := out

.PHONY: help demo light setup test lint types format clean
.DELETE_ON_ERROR:

help:
	@echo "make demo    score examples/nhs and write its journey report to $(OUT)/"
	@echo "make setup   add what tests and training need to $(VENV)"
	@echo "make test    run every test that needs no GPU"
	@echo "make lint    ruff: rules and formatting"
	@echo "make types   mypy"
	@echo "make format  let ruff rewrite what it can"
	@echo "make clean   remove outputs and caches; $(VENV) stays"
	@echo "PYTHON=python3.12 make ... chooses another Python for $(VENV)"

# Stamps: an install runs again only where what it was made from has changed.
$(VENV)/created.stamp:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "$(PYTHON) was not found. Install Python 3.11 or newer, or name one:" \
	    "make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit("cxnlp needs Python 3.11 or newer; $(PYTHON) is %d.%d. Name another: make PYTHON=python3.12 $(MAKECMDGOALS)" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { \
	  rm -rf $(VENV); \
	  echo "$(PYTHON) cannot make a virtual environment. On Debian and Ubuntu:" \
	    "apt-get install python3-venv" >&2; exit 1; }
	@touch $@

# Editable, so that a change of the code needs no new install; the model is the checkout's.
$(VENV)/light.stamp: requirements/light.txt pyproject.toml $(VENV)/created.stamp
	@echo "Installing cxnlp and what it needs into $(VENV) (1.1 GB; a minute or two) ..."
	@$(PIP) install -qq -r requirements/light.txt
	@$(PIP) install -qq --no-deps --editable .
	@$(PIP) check
	@touch $@

$(VENV)/setup.stamp: requirements/dev.txt $(VENV)/light.stamp
	@echo "Installing what tests and training need into $(VENV) (a few minutes) ..."
	@$(PIP) install -qq -r requirements/dev.txt
	@$(PIP) check
	@touch $@

light: $(VENV)/light.stamp
setup: $(VENV)/setup.stamp

demo: light
	@mkdir -p $(OUT)
	$(BIN)/cxnlp score examples/nhs/feedback.csv -o $(OUT)/nhs.parquet
	$(BIN)/cxnlp journey $(OUT)/nhs.parquet
	$(BIN)/cxnlp report $(OUT)/nhs.parquet -o $(OUT)/report.html

test: setup
	$(BIN)/python -m pytest --doctest-modules

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(OUT) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
