"""The trainable network: a shared encoder, span pooling, and the heads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PreTrainedConfig
from transformers.utils import logging

from cxnlp.labels import EMOTIONS, SATISFACTION_LEVELS, SENTIMENTS, TOPICS

ATTENTION_LIMIT = 8.0  # of a token's log weight: its exponential fits 16 bits
NO_WEIGHT = 1e-6  # keeps the division of spans that only fill a batch up defined
OUTPUTS = ("sentiment", "satisfaction", "emotion", "topic", "polarity")


@dataclass(frozen=True, slots=True)
class HeadLogits:
    """Logits of every head for every span."""

    sentiment: Tensor  # (batch, spans, 3)
    satisfaction: Tensor  # (batch, spans, 5)
    emotion: Tensor  # (batch, spans, 28)
    topic: Tensor  # (batch, spans, 21)
    polarity: Tensor  # (batch, spans, 21, 3)


class Head(nn.Module):
    """A hidden layer and an output layer on a pooled span."""

    def __init__(self, width: int, n_labels: int, dropout: float) -> None:
        super().__init__()
        self.hidden = nn.Linear(width, width)
        self.output = nn.Linear(width, n_labels)
        self.dropout = nn.Dropout(dropout)

    def forward(self, span: Tensor) -> Tensor:
        """Map (batch, spans, width) to (batch, spans, n_labels)."""
        logits: Tensor = self.output(self.dropout(nn.functional.gelu(self.hidden(span))))
        return logits


class PolarityHead(nn.Module):
    """Sentiment towards each topic: one answer for all topics, and each topic's departure from it.

    Some topics have little or no polarity in any public source; they fall back on the shared part.
    """

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.shared = Head(width, len(SENTIMENTS), dropout)
        self.departure = Head(width, len(TOPICS) * len(SENTIMENTS), dropout)

    def forward(self, span: Tensor) -> Tensor:
        """Map (batch, spans, width) to (batch, spans, topics, sentiments)."""
        departure = self.departure(span).unflatten(-1, (len(TOPICS), len(SENTIMENTS)))
        logits: Tensor = self.shared(span).unsqueeze(-2) + departure
        return logits


class TopicAttention(nn.Module):
    """What the words about a topic add to its presence and to the sentiment towards it.

    In "great soup, rude waiter" the mean of the span is of two minds. Each topic weighs the span's
    tokens by itself. The values begin at zero: a network without this part, as revisions 1 and 2
    are, goes on from where it was.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Linear(width, len(TOPICS))
        self.value = nn.Linear(width, len(TOPICS) * (1 + len(SENTIMENTS)))
        for part in (self.weight, self.value):
            nn.init.zeros_(part.weight)
            nn.init.zeros_(part.bias)

    def forward(self, states: Tensor, pooling: Tensor) -> tuple[Tensor, Tensor]:
        """Map token states and pooling to (batch, spans, topics) and (..., topics, sentiments)."""
        weights = self.weight(states).float().clamp(-ATTENTION_LIMIT, ATTENTION_LIMIT).exp()
        values = self.value(states).float().unflatten(-1, (len(TOPICS), -1))
        weighted = torch.bmm(pooling, (weights.unsqueeze(-1) * values).flatten(2))
        total = torch.bmm(pooling, weights) + NO_WEIGHT
        means = weighted.view(*total.shape, -1) / total.unsqueeze(-1)
        return means[..., 0], means[..., 1:]


class CxNetwork(nn.Module):
    """One encoder pass; every head reads the mean of each span's token states."""

    def __init__(self, config: PreTrainedConfig, *, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = AutoModel.from_config(  # type: ignore[no-untyped-call]
            config, add_pooling_layer=False
        )
        width = config.hidden_size
        self.sentiment = Head(width, len(SENTIMENTS), dropout)
        self.satisfaction = Head(width, len(SATISFACTION_LEVELS), dropout)
        self.emotion = Head(width, len(EMOTIONS), dropout)
        self.topic = Head(width, len(TOPICS), dropout)
        self.polarity = PolarityHead(width, dropout)
        self.topic_attention = TopicAttention(width)
        # Most labels are absent from most texts: begin there instead of at even odds.
        for rare in (self.emotion, self.topic):
            nn.init.constant_(rare.output.bias, -3.0)

    @classmethod
    def from_base(cls, base: Path, *, dropout: float = 0.1) -> CxNetwork:
        """Return a network with a pretrained encoder and new heads."""
        # Of a second of work, above the bar of the training.
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        config = AutoConfig.from_pretrained(base)
        network = cls(config, dropout=dropout)
        pretrained = AutoModel.from_pretrained(base, add_pooling_layer=False)
        network.encoder.load_state_dict(pretrained.state_dict())
        return network

    def forward(self, input_ids: Tensor, attention_mask: Tensor, pooling: Tensor) -> HeadLogits:
        """Return the logits of every span of every text."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        spans = torch.bmm(pooling.to(states.dtype), states)
        logits = {name: getattr(self, name)(spans) for name in OUTPUTS}
        with torch.autocast(states.device.type, enabled=False):
            presence, polarity = self.topic_attention(states.float(), pooling.float())
        logits["topic"] = logits["topic"] + presence
        logits["polarity"] = logits["polarity"] + polarity
        return HeadLogits(**logits)
