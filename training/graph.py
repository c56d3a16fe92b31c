"""Build the released graph from trained weights, every initialiser under its training name."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import Node
from openvino import opset15 as op

from cxnlp.labels import SENTIMENTS, TOPICS
from cxnlp.model.folder import HEADS, EncoderShape
from training.network import ATTENTION_LIMIT, NO_WEIGHT

_NOT_A_TOKEN = -1e4  # added to the attention of padding; fits 16 bits


class GraphBuilder:
    """Adds the encoder and the heads, layer by layer, to one OpenVINO graph."""

    def __init__(self, weights: Mapping[str, NDArray[np.float32]], shape: EncoderShape) -> None:
        self.weights, self.shape = weights, shape

    def build(self) -> ov.Model:
        """Return the graph: inputs and outputs as architecture and `cxnlp.model.runtime` say."""
        ids = op.parameter([-1, -1], np.int64, name="input_ids")
        mask = op.parameter([-1, -1], np.int64, name="attention_mask")
        pooling = op.parameter([-1, -1, -1], np.float32, name="pooling")
        bias = op.multiply(
            op.subtract(op.constant(np.float32(1)), op.convert(mask, "f32")),
            op.constant(np.float32(_NOT_A_TOKEN)),
        )
        bias = op.unsqueeze(bias, op.constant(np.array([1, 2])))
        states = self._embed(ids)
        for layer in range(self.shape.n_layers):
            states = self._layer(states, bias, f"encoder.encoder.layer.{layer}")
        spans = op.matmul(pooling, states, False, False)
        presence, polarity = self._topic_attention(states, pooling)
        results = []
        for name in HEADS:
            logits = self._polarity(spans) if name == "polarity" else self._head(spans, name)
            if name in ("topic", "polarity"):
                logits = op.add(logits, presence if name == "topic" else polarity)
            logits.set_friendly_name(name)
            logits.output(0).set_names({name})
            results.append(op.result(logits))
        return ov.Model(results, [ids, mask, pooling], "cxnlp")

    def _weight(self, name: str) -> Node:
        constant = op.constant(self.weights[name].astype(np.float16), name=name)
        return op.convert(constant, "f32")

    def _linear(self, value: Node, name: str) -> Node:
        product = op.matmul(value, self._weight(f"{name}.weight"), False, True)
        return op.add(product, self._weight(f"{name}.bias"))

    def _norm(self, value: Node, name: str) -> Node:
        axes = op.constant(np.array([-1]))
        normal = op.mvn(value, axes, True, self.shape.norm_eps, "inside_sqrt")
        scaled = op.multiply(normal, self._weight(f"{name}.weight"))
        return op.add(scaled, self._weight(f"{name}.bias"))

    def _embed(self, ids: Node) -> Node:
        first = op.constant(np.int64(0))
        words = op.gather(self._weight("encoder.embeddings.word_embeddings.weight"), ids, first)
        n_tokens = op.gather(op.shape_of(ids), op.constant(np.array([1])), first)
        zero, one = op.constant(np.array([0])), op.constant(np.array([1]))
        table = self._weight("encoder.embeddings.position_embeddings.weight")
        positions = op.slice(table, zero, n_tokens, one, zero)
        kind = op.gather(
            self._weight("encoder.embeddings.token_type_embeddings.weight"), zero, first
        )
        return self._norm(op.add(op.add(words, kind), positions), "encoder.embeddings.LayerNorm")

    def _heads_apart(self, value: Node) -> Node:
        width = self.shape.width // self.shape.n_heads
        apart = op.reshape(value, op.constant(np.array([0, 0, self.shape.n_heads, width])), True)
        return op.transpose(apart, op.constant(np.array([0, 2, 1, 3])))

    def _layer(self, states: Node, bias: Node, name: str) -> Node:
        query, key, value = (
            self._heads_apart(self._linear(states, f"{name}.attention.self.{part}"))
            for part in ("query", "key", "value")
        )
        attended = op.scaled_dot_product_attention(query, key, value, bias)
        together = op.transpose(attended, op.constant(np.array([0, 2, 1, 3])))
        together = op.reshape(together, op.constant(np.array([0, 0, self.shape.width])), True)
        states = self._norm(
            op.add(self._linear(together, f"{name}.attention.output.dense"), states),
            f"{name}.attention.output.LayerNorm",
        )
        inner = op.gelu(self._linear(states, f"{name}.intermediate.dense"), "erf")
        return self._norm(
            op.add(self._linear(inner, f"{name}.output.dense"), states), f"{name}.output.LayerNorm"
        )

    def _head(self, spans: Node, name: str) -> Node:
        hidden = op.gelu(self._linear(spans, f"{name}.hidden"), "erf")
        return self._linear(hidden, f"{name}.output")

    def _polarity(self, spans: Node) -> Node:
        departure = op.reshape(
            self._head(spans, "polarity.departure"),
            op.constant(np.array([0, 0, len(TOPICS), len(SENTIMENTS)])),
            True,
        )
        shared = op.unsqueeze(self._head(spans, "polarity.shared"), op.constant(np.array([2])))
        return op.add(shared, departure)

    def _topic_attention(self, states: Node, pooling: Node) -> tuple[Node, Node]:
        """Return what `TopicAttention` adds to the topics' presence and to their polarity."""
        limited = op.clamp(
            self._linear(states, "topic_attention.weight"), -ATTENTION_LIMIT, ATTENTION_LIMIT
        )
        weights = op.unsqueeze(op.exp(limited), op.constant(np.array([3])))
        shape = op.constant(np.array([0, 0, len(TOPICS), 1 + len(SENTIMENTS)]))
        values = op.reshape(self._linear(states, "topic_attention.value"), shape, True)
        flat = op.constant(np.array([0, 0, len(TOPICS) * (1 + len(SENTIMENTS))]))
        weighted = op.matmul(
            pooling, op.reshape(op.multiply(weights, values), flat, True), False, False
        )
        total = op.matmul(pooling, op.exp(limited), False, False)
        total = op.add(total, op.constant(np.float32(NO_WEIGHT)))
        last = op.constant(np.array([3]))
        means = op.divide(op.reshape(weighted, shape, True), op.unsqueeze(total, last))
        presence, polarity = op.variadic_split(
            means, last, op.constant(np.array([1, len(SENTIMENTS)]))
        ).outputs()
        return op.squeeze(presence, last), polarity
