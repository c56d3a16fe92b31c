"""The `cxnlp` command, loading each subcommand's module only when it is used."""

from __future__ import annotations

import importlib
import io
import sys

import click

import cxnlp
from cxnlp.errors import CxnlpError

# Names and one-line helps stand here so that `cxnlp --help` imports no subcommand.
COMMANDS: dict[str, str] = {
    "doctor": "Say what a file looks like before it is scored.",
    "score": "Score files of customer feedback.",
    "topics": "Fit topics of your own, or have some suggested.",
    "embed": "Write the encoder's vectors of texts and sentences.",
    "journey": "Print journey metrics of a scored file.",
    "insights": "Say what changed, what drives the scores, what hurts.",
    "sample": "Draw comments to label by hand; the labels correct the shares.",
    "report": "Write an offline HTML report of a scored file.",
    "serve": "Score over HTTP.",
    "keys": "Add, list and remove API keys of the service.",
    "models": "List, verify and compare models; promote one, or go back.",
    "evaluate": "Measure a model on labelled texts.",
    "train": "Make a model of your own, also from your own labels.",
}


class LazyGroup(click.Group):
    """A group whose commands live in `cxnlp.cli.<name>`, each as a function `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the command names in the order a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"cxnlp.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; a deliberate error becomes one sentence and exit code 1."""
        if isinstance(sys.stdout, io.TextIOWrapper):
            # A name that the terminal has no letters for must not end a command.
            sys.stdout.reconfigure(errors="replace")
        try:
            return super().invoke(ctx)
        except CxnlpError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(cxnlp.__version__, prog_name="cxnlp")
def main() -> None:
    """Read customer feedback; report sentiment, topics and scores along the journey."""
