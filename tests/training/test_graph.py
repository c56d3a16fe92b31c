from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from cxnlp.errors import ModelError
from cxnlp.labels import EMOTIONS, TOPICS
from cxnlp.model.encoding import collate
from cxnlp.model.folder import HEADS, read_config, verify_model
from cxnlp.model.runtime import OpenVinoRuntime
from training.batches import prepare
from training.example import Example, SpanLabel, document
from training.export import (
    no_calibration,
    read_weights,
    write_checksums,
    write_graph,
    write_labels,
)
from training.network import OUTPUTS, CxNetwork


@pytest.fixture(scope="module")
def network(base: Path) -> CxNetwork:
    """A network with weights that 16 bits hold, as a released one has."""
    torch.manual_seed(1)
    network = CxNetwork.from_base(base)
    for parameter in network.topic_attention.parameters():  # else zero, and adds nothing
        torch.nn.init.normal_(parameter)
    network.load_state_dict({k: v.half().float() for k, v in network.state_dict().items()})
    return network.eval()


@pytest.fixture(scope="module")
def folder(base: Path, network: CxNetwork, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    trained = tmp_path_factory.mktemp("trained") / "network.safetensors"
    save_file(network.state_dict(), trained)
    write_graph(trained, base, folder, name="tiny", revision="r0")
    write_labels(no_calibration(), folder)
    write_checksums(folder)
    return folder


def _batch(tokenizer):
    text = "the room was good. the food was bad."
    spans = tuple(
        SpanLabel(start=a, end=b, sentiment=0) for a, b in ((0, len(text)), (0, 18), (19, 36))
    )
    examples = [
        Example(text=text, source="s", split="test", spans=spans),
        document("nothing", "s", "test", question="what could we do better?", sentiment=2),
        document("the nurse was rude " * 5, "s", "test", sentiment=0),
    ]
    return collate([item.window for item in prepare(examples, tokenizer, max_tokens=160)])


def test_graph_says_what_torch_says(folder, network, tokenizer):
    batch = _batch(tokenizer)
    with torch.no_grad():
        expected = network(
            torch.from_numpy(batch.input_ids),
            torch.from_numpy(batch.attention_mask),
            torch.from_numpy(batch.pooling),
        )

    (found,) = OpenVinoRuntime(folder, precision="f32").infer([batch])

    assert OUTPUTS == HEADS
    real = batch.pooling.sum(-1) > 0  # spans that only fill the batch up say nothing
    assert real.sum() == 5
    for name in HEADS:
        np.testing.assert_allclose(
            found[name][real], getattr(expected, name).numpy()[real], atol=1e-4, err_msg=name
        )


def test_padding_changes_nothing(folder, tokenizer):
    runtime = OpenVinoRuntime(folder, precision="f32")
    (item,) = prepare([document("good food", "s", "test", sentiment=2)], tokenizer, max_tokens=9)

    short, long = runtime.infer([collate([item.window]), collate([item.window], multiple=64)])

    for name in HEADS:
        np.testing.assert_allclose(short[name], long[name], atol=1e-4)


def test_every_weight_comes_back_under_its_training_name(folder, network):
    weights = read_weights(folder)

    state = network.state_dict()
    assert set(weights) == set(state)
    for name, value in state.items():
        assert weights[name].dtype == np.float16
        np.testing.assert_array_equal(weights[name], value.half().numpy(), err_msg=name)


def test_released_weights_train_on(folder, base):
    again = CxNetwork.from_base(base)

    again.load_state_dict({k: torch.from_numpy(v).float() for k, v in read_weights(folder).items()})


def test_folder_says_what_it_is(folder):
    config = read_config(folder)

    assert config.label == "tiny@r0"
    assert (config.encoder.n_layers, config.encoder.n_heads, config.encoder.width) == (2, 4, 32)
    assert len(config.emotion_thresholds) == len(EMOTIONS)
    assert len(config.topic_thresholds) == len(TOPICS)


def test_checksums_cover_every_file(folder):
    assert set(verify_model(folder)) == {
        "config.json", "labels.json", "model.bin", "model.xml", "tokenizer.json",
    }  # fmt: skip


@pytest.mark.parametrize("file", ["model.bin", "labels.json"])
def test_altered_file_is_found(folder, file):
    path = folder / file
    before = path.read_bytes()
    path.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))

    with pytest.raises(ModelError, match=f"{file}: altered"):
        verify_model(folder)
    path.write_bytes(before)


def test_tokenizer_neither_cuts_nor_pads(folder, base):
    assert '"truncation": null' in (folder / "tokenizer.json").read_text()
    assert '"truncation": null' not in (base / "tokenizer.json").read_text()


def test_no_file_of_the_folder_is_a_pickle(folder):
    assert {path.suffix for path in folder.iterdir()} <= {".json", ".xml", ".bin", ""}
    assert not any(path.read_bytes()[:2] in (b"\x80\x04", b"PK") for path in folder.iterdir())
