from __future__ import annotations

import numpy as np
import pytest
import torch

from training.network import CxNetwork
from training.probe import embed, probe, probe_intents


def test_vectors_are_those_of_the_texts_whatever_stands_beside(base):
    torch.manual_seed(0)
    network = CxNetwork.from_base(base)

    together = embed(network, base, ["the food was awful", "bus", "the room is good and fine"])
    alone = embed(network, base, ["bus"])

    assert together.shape == (3, 3 * 32)
    assert together[1] == pytest.approx(alone[0], abs=1e-4)


def test_a_probe_finds_what_is_there_and_nothing_where_nothing_is():
    random = np.random.default_rng(0)
    labels = [str(n % 4) for n in range(400)]
    told = random.normal(size=(400, 12)).astype(np.float32)
    told[np.arange(400), np.arange(400) % 4] += 4
    noise = random.normal(size=(400, 12)).astype(np.float32)

    assert probe(told[:300], labels[:300], told[300:], labels[300:])[0] > 0.9
    assert probe(noise[:300], labels[:300], noise[300:], labels[300:])[0] < 0.5


def test_without_the_data_there_is_no_probe(base, tmp_path):
    assert probe_intents(tmp_path / "network.safetensors", base, tmp_path) == {}
