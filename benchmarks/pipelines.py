"""Three transformers pipelines of DistilRoBERTa's shape: how it is usually done.

Speed depends on the shape alone, so the weights are random and nothing is downloaded. The
tokenizer is made of the very texts, whose words it knows whole: it gives fewer tokens than
RoBERTa's own would, and so errs in favour of the pipelines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForSequenceClassification,
    pipeline,
)

from cxnlp.labels import EMOTIONS, SENTIMENTS, TOPICS

_VOCABULARY = 50265
_MAX_TOKENS = 512
_BATCH = 32
_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
# What each pipeline answers, and whether several labels may be right at once.
_TASKS = ((len(SENTIMENTS), False), (len(EMOTIONS), True), (len(TOPICS), True))


def distilroberta_config(n_labels: int, *, multi_label: bool) -> Any:
    """Return the shape of DistilRoBERTa (82M parameters) with a head for those labels."""
    shape: Any = RobertaConfig  # some of what it takes is declared nowhere
    return shape(
        vocab_size=_VOCABULARY,
        hidden_size=768,
        num_hidden_layers=6,
        num_attention_heads=12,
        intermediate_size=3072,
        max_position_embeddings=_MAX_TOKENS + 2,
        type_vocab_size=1,
        pad_token_id=1,
        num_labels=n_labels,
        problem_type="multi_label_classification" if multi_label else None,
    )


def make_tokenizer(texts: Sequence[str]) -> Any:
    """Return a byte-level BPE tokenizer as RoBERTa's is, trained on the texts."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=_VOCABULARY,
        special_tokens=list(_SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    wrap: Any = PreTrainedTokenizerFast
    return wrap(
        tokenizer_object=tokenizer,
        model_max_length=_MAX_TOKENS,
        bos_token="<s>",
        eos_token="</s>",
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
    )


def pipelines_runner(texts: Sequence[str]) -> Callable[[], None]:
    """Return a run of sentiment, emotions and topics, each by a model of its own."""
    tokenizer = make_tokenizer(texts)
    # In batches of like length, as a careful user would.
    ordered = sorted(texts, key=len, reverse=True)
    pipelines: list[Any] = []
    build: Any = pipeline
    network: Any = RobertaForSequenceClassification
    for n_labels, multi_label in _TASKS:
        config = distilroberta_config(n_labels, multi_label=multi_label)
        pipelines.append(
            build(
                "text-classification",
                model=network(config).eval(),
                tokenizer=tokenizer,
                device=torch.device("cpu"),
                batch_size=_BATCH,
                top_k=None,
            )
        )

    def run() -> None:
        for classify in pipelines:
            classify(ordered, truncation=True)

    return run
