"""Measure texts a second on real survey comments: ours, its parts and its peers, interleaved.

    .venv/bin/python -m benchmarks.throughput --rounds 7

Every round runs every system once, in turn, so that a slow moment of the machine falls on all of
them; medians are printed. Nothing else should be running.
"""

from __future__ import annotations

import csv
import datetime as dt
import platform
import statistics
import time
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import click

from cxnlp import Classifier
from cxnlp.model.encoding import EncoderInput, Window, collate
from cxnlp.model.runtime import count_cores

TEXTS = Path(__file__).parents[1] / "examples" / "nhs" / "feedback.csv"
OURS, MODEL_ONLY = "cxnlp, end to end", "cxnlp, model only"
VADER, TORCH = "VADER", "torch fp32, model only"
_TORCH_BATCH = 64


def read_comments(path: Path) -> tuple[list[str], list[str]]:
    """Return the comments of the example and the question each answers."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["text"].strip()]
    return [row["text"] for row in rows], [row["question"] for row in rows]


def torch_runner(
    classifier: Classifier, folder: Path, windows: list[Window], n_threads: int
) -> Callable[[], None]:
    """Return a run of the same weights and heads in PyTorch, on texts sorted by length."""
    import torch
    from transformers import BertConfig

    from training.export import read_weights
    from training.network import CxNetwork

    torch.set_num_threads(n_threads)
    shape = classifier.config.encoder
    weights = {n: torch.tensor(w).float() for n, w in read_weights(folder).items()}
    vocabulary = weights["encoder.embeddings.word_embeddings.weight"].shape[0]
    network = CxNetwork(
        BertConfig(
            vocab_size=vocabulary,
            hidden_size=shape.width,
            num_hidden_layers=shape.n_layers,
            num_attention_heads=shape.n_heads,
            intermediate_size=4 * shape.width,
            max_position_embeddings=shape.max_tokens,
            layer_norm_eps=shape.norm_eps,
        )
    ).eval()
    missing = set(network.load_state_dict(weights, strict=False).missing_keys)
    # Revisions 1 and 2 have no topic attention; new, it adds nothing.
    missing = {name for name in missing if not name.startswith("topic_attention.")}
    if missing - {"encoder.embeddings.token_type_embeddings.weight"}:
        raise click.ClickException(f"{folder} lacks weights: {', '.join(sorted(missing))}.")
    ordered = sorted(windows, key=lambda window: -len(window.ids))
    batches = [
        collate(ordered[first : first + _TORCH_BATCH])
        for first in range(0, len(ordered), _TORCH_BATCH)
    ]

    def tensors(batch: EncoderInput) -> tuple[torch.Tensor, ...]:
        arrays = (batch.input_ids, batch.attention_mask, batch.pooling)
        return tuple(torch.from_numpy(array) for array in arrays)

    inputs = [tensors(batch) for batch in batches]

    def run() -> None:
        with torch.inference_mode():
            for batch in inputs:
                network(*batch)

    return run


def systems(
    classifier: Classifier, folder: Path, texts: list[str], questions: list[str], n_threads: int
) -> dict[str, Callable[[], object]]:
    """Return what is compared, by name; peers that are not installed are left out."""
    prepared = classifier.prepare(texts, questions=questions)
    plans = [plan for plan in prepared.plans if plan is not None]
    found: dict[str, Callable[[], object]] = {
        OURS: lambda: classifier.classify(texts, questions=questions),
        MODEL_ONLY: lambda: classifier.span_logits(plans),
    }
    if find_spec("vaderSentiment"):
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        vader = SentimentIntensityAnalyzer()
        found[VADER] = lambda: [vader.polarity_scores(text) for text in texts]
    if find_spec("torch") and find_spec("transformers"):
        windows = [window for plan in plans for window in plan.windows]
        found[TORCH] = torch_runner(classifier, folder, windows, n_threads)
    return found


def processor() -> str:
    """Return the processor's name, where the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


@click.command()
@click.option("--rounds", default=7, show_default=True, help="How often each system runs.")
@click.option("--model", metavar="NAME|FOLDER", help="Default: the model that came with cxnlp.")
def main(rounds: int, model: str | None) -> None:
    """Print texts a second of every system, and ratios to ours."""
    from cxnlp.model.folder import locate_model

    folder = locate_model(model)
    classifier = Classifier.load(folder)
    texts, questions = read_comments(TEXTS)
    n_threads = count_cores()
    runs = systems(classifier, folder, texts, questions, n_threads)
    for run in runs.values():
        run()  # warm: buffers are allocated, kernels chosen
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)

    prepared = classifier.prepare(texts, questions=questions)
    n_scored = sum(plan is not None for plan in prepared.plans)
    n_sentences = sum(len(plan.sentences) for plan in prepared.plans if plan is not None)
    print(f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC, {processor()}, {n_threads} threads")
    print(
        f"{classifier.config.label}, OpenVINO {version('openvino')} in {classifier.precision}, "
        f"Python {platform.python_version()}"
    )
    print(f"{len(texts)} comments, {n_scored} scored, {n_sentences} sentences; {rounds} rounds\n")
    print(f"{'':<24}{'texts/s':>10}{'lowest':>10}{'highest':>10}{'ratio':>8}")
    ours = statistics.median(seconds[OURS])
    for name, times in seconds.items():
        # VADER sees every text; the model those in its language.
        n = len(texts) if name in {OURS, VADER} else n_scored
        middle = statistics.median(times)
        rates = f"{n / middle:>10,.0f}{n / max(times):>10,.0f}{n / min(times):>10,.0f}"
        print(f"{name:<24}{rates}{ours / len(texts) / (middle / n):>8.2f}")
    print("\nratio: texts a second, as a multiple of ours end to end")


if __name__ == "__main__":
    main()
