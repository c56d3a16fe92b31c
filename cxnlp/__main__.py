"""Run the command line as `python -m cxnlp`."""

from __future__ import annotations

from cxnlp.cli.main import main

if __name__ == "__main__":
    main(prog_name="cxnlp")
