"""What is compared: ours, its parts, and its peers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.comments import Comment
from cxnlp import Classifier
from cxnlp.model.encoding import Window

OURS = "cxnlp, end to end"
MODEL_ONLY = "cxnlp, model only"
TORCH = "torch fp32, model only"
ONNX, ONNX_INT8 = "ONNX Runtime fp32, model only", "ONNX Runtime int8, model only"
PIPELINES = "3 DistilRoBERTa pipelines"
TEXTBLOB, VADER = "TextBlob", "VADER"


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One thing that reads all texts once a run."""

    name: str
    run: Callable[[], object]
    n_texts: int
    note: str = ""


def open_systems(
    classifier: Classifier, folder: Path, comments: Sequence[Comment], n_threads: int
) -> Iterator[System]:
    """Yield all systems whose packages are installed; `missing_packages` says which are not.

    The model alone sees the texts in its language; everything else sees all of them.
    """
    texts = [comment.text for comment in comments]
    questions = [comment.question for comment in comments]
    plans = classifier.prepare(texts, questions=questions).scored
    n_texts, n_scored = len(texts), len(plans)
    yield System(
        name=OURS, n_texts=n_texts, run=lambda: classifier.classify(texts, questions=questions)
    )
    yield System(name=MODEL_ONLY, n_texts=n_scored, run=lambda: classifier.span_logits(plans))
    if _installed("torch", "transformers"):
        windows = [window for plan in plans for window in plan.windows]
        yield from _encoders(folder, windows, n_scored, n_threads)
        from benchmarks.pipelines import pipelines_runner

        yield System(name=PIPELINES, n_texts=n_texts, run=pipelines_runner(texts))
    if _installed("textblob"):
        from textblob import TextBlob  # type: ignore[import-untyped]

        yield System(
            name=TEXTBLOB,
            n_texts=n_texts,
            run=lambda: [TextBlob(text).sentiment for text in texts],
        )
    if _installed("vaderSentiment"):
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        vader = SentimentIntensityAnalyzer()
        yield System(
            name=VADER, n_texts=n_texts, run=lambda: [vader.polarity_scores(text) for text in texts]
        )


def missing_packages() -> list[str]:
    """Return what is not measured, and why, in one line each."""
    needed = {
        TORCH: ("torch", "transformers"),
        PIPELINES: ("torch", "transformers"),
        f"{ONNX}; int8": ("torch", "transformers", "onnx", "onnxscript", "onnxruntime"),
        TEXTBLOB: ("textblob",),
        VADER: ("vaderSentiment",),
    }
    return [
        f"LEFT OUT: {name}: {package} is not installed; run pip install -r requirements/bench.txt."
        for name, packages in needed.items()
        for package in packages
        if not _installed(package)
    ]


def _encoders(
    folder: Path, windows: Sequence[Window], n_texts: int, n_threads: int
) -> Iterator[System]:
    import torch

    from benchmarks.torch_encoder import batch_windows, load_torch, torch_runner

    torch.set_num_threads(n_threads)
    network, batches = load_torch(folder), batch_windows(windows)
    yield System(name=TORCH, n_texts=n_texts, run=torch_runner(network, batches))
    if not _installed("onnx", "onnxscript", "onnxruntime"):
        return
    from benchmarks.onnx_encoder import (
        check_onnx,
        export_onnx,
        logit_error,
        onnx_runner,
        open_onnx,
        quantise_onnx,
    )

    with TemporaryDirectory() as place:
        plain, quantised = Path(place) / "fp32.onnx", Path(place) / "int8.onnx"
        export_onnx(network, batches[0], plain)
        quantise_onnx(plain, quantised)
        sessions = {ONNX: open_onnx(plain, n_threads), ONNX_INT8: open_onnx(quantised, n_threads)}
    check_onnx(sessions[ONNX], network, batches[0])
    for name, session in sessions.items():
        error = logit_error(session, network, batches[0])
        yield System(
            name=name,
            n_texts=n_texts,
            run=onnx_runner(session, batches),
            note=f"logits within {error:.1g} of torch's",
        )


def _installed(*packages: str) -> bool:
    return all(find_spec(package) for package in packages)
