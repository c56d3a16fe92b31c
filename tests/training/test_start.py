from __future__ import annotations

import pytest
import torch
from safetensors.torch import save_file

from cxnlp.errors import InputError
from training.export import no_calibration, write_graph, write_labels
from training.network import CxNetwork
from training.start import label_of, start_from


@pytest.fixture
def trained(base, tmp_path):
    torch.manual_seed(3)
    network = CxNetwork.from_base(base)
    # Values that 16 bits hold exactly.
    weights = {name: value.half().float() for name, value in network.state_dict().items()}
    save_file(weights, tmp_path / "network.safetensors")
    return tmp_path / "network.safetensors", weights


def _heads(network):
    return {k: v for k, v in network.named_parameters() if not k.startswith("encoder.")}


def test_a_released_folder_gives_its_weights_back(base, trained, tmp_path):
    path, weights = trained
    folder = tmp_path / "released"
    write_graph(path, base, folder, name="tiny", revision="1")
    write_labels(no_calibration(), folder)
    torch.manual_seed(4)
    network = CxNetwork.from_base(base)
    assert any(not torch.equal(v, weights[k]) for k, v in _heads(network).items())

    start_from(network, folder)

    for name, value in network.named_parameters():
        assert torch.equal(value, weights[name]), name


def test_a_trained_network_gives_its_weights_back(base, trained):
    path, weights = trained
    network = CxNetwork.from_base(base)

    start_from(network, path)

    for name, value in network.named_parameters():
        assert torch.equal(value, weights[name]), name


def test_a_start_is_called_by_its_release(base, trained, tmp_path):
    path, _ = trained
    write_graph(path, base, tmp_path / "released", name="tiny", revision="7")

    assert label_of(tmp_path / "released") == "tiny@7"
    assert label_of(path) == str(path)


def test_weights_of_something_else_are_refused(base, trained, tmp_path):
    _, weights = trained
    short = {k: v for k, v in weights.items() if not k.startswith("topic.")}
    save_file(short, tmp_path / "short.safetensors")
    wide = {k: torch.zeros(3, 3) if k.endswith("output.weight") else v for k, v in weights.items()}
    save_file(wide, tmp_path / "wide.safetensors")

    (tmp_path / "half.safetensors").write_bytes(b"\x10\x00half")

    with pytest.raises(InputError, match="not a whole"):
        start_from(CxNetwork.from_base(base), tmp_path / "half.safetensors")
    with pytest.raises(InputError, match=r"missing.*topic"):
        start_from(CxNetwork.from_base(base), tmp_path / "short.safetensors")
    with pytest.raises(InputError, match="another size"):
        start_from(CxNetwork.from_base(base), tmp_path / "wide.safetensors")


def test_a_network_without_topic_attention_goes_on_from_where_it_was(base, tmp_path):
    torch.manual_seed(3)
    before = CxNetwork.from_base(base).eval()
    old = {k: v for k, v in before.state_dict().items() if not k.startswith("topic_attention.")}
    save_file(old, tmp_path / "network.safetensors")

    network = CxNetwork.from_base(base).eval()
    start_from(network, tmp_path / "network.safetensors")

    ids, mask = torch.tensor([[1, 5, 6, 7]]), torch.ones(1, 4, dtype=torch.long)
    pooling = torch.full((1, 1, 4), 0.25)
    with torch.no_grad():
        found, expected = network(ids, mask, pooling), before(ids, mask, pooling)
    torch.testing.assert_close(found.polarity, expected.polarity)
    torch.testing.assert_close(found.topic, expected.topic)
