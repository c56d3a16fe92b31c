from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from benchmarks.comments import read_chats, read_comments, thin_out
from benchmarks.machine import describe_machine
from benchmarks.systems import OURS, System
from benchmarks.throughput import compare, measure, write_table


def test_ratios_are_of_medians_and_of_the_texts_that_each_system_saw() -> None:
    systems = [
        System(name=OURS, n_texts=100, run=lambda: None),
        System(name="peer", n_texts=50, run=lambda: None),
    ]
    ours, peer = compare(systems, {OURS: [1.0, 0.5, 9.0], "peer": [5.0, 4.0, 6.0]})
    assert ours.texts_per_s == 100.0
    assert (peer.texts_per_s, peer.highest) == (10.0, 12.5)
    assert peer.lowest == pytest.approx(50 / 6)
    assert peer.ours_is == 10.0
    assert "10 x" in write_table([ours, peer])


def test_systems_run_in_turn() -> None:
    order: list[str] = []
    systems = [System(name=n, n_texts=1, run=partial(order.append, n)) for n in "ab"]
    seconds = measure(systems, n_rounds=2)
    assert order == ["a", "b", "a", "b", "a", "b"]  # the first two are warm-up
    assert [len(times) for times in seconds.values()] == [2, 2]


def test_the_texts_are_real_and_some_are_short() -> None:
    comments = read_comments()
    assert len(comments) > 500
    assert 100 < sum(comment.is_short for comment in comments) < len(comments)
    assert all(turns and "role" in turns[0] for turns in read_chats())


def test_a_sample_is_spread_over_all() -> None:
    assert thin_out(list(range(10)), 5) == [0, 2, 4, 6, 8]
    assert thin_out([1, 2], None) == thin_out([1, 2], 5) == [1, 2]


def test_a_machine_is_named_with_the_versions_that_are_there() -> None:
    machine = describe_machine(["openvino", "no-such-package"])
    assert set(machine.versions) == {"openvino"}
    assert machine.n_cores >= 1
    assert machine.processor in str(machine)


@pytest.mark.slow
def test_onnx_computes_what_torch_does(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript")
    from benchmarks.onnx_encoder import check_onnx, export_onnx, open_onnx
    from benchmarks.torch_encoder import batch_windows, load_torch
    from cxnlp import Classifier
    from cxnlp.errors import ModelError
    from cxnlp.model.locate import locate_model

    folder = locate_model(None)
    texts = [comment.text for comment in thin_out(read_comments(), 80)]
    plans = Classifier.load(folder).prepare(texts).scored
    first, last = batch_windows([window for plan in plans for window in plan.windows])
    network = load_torch(folder)
    export_onnx(network, first, tmp_path / "fp32.onnx")
    session = open_onnx(tmp_path / "fp32.onnx", 1)
    check_onnx(session, network, last)  # of another size than it was exported with
    network.network.sentiment.output.bias.data += 1
    with pytest.raises(ModelError):
        check_onnx(session, network, last)


@pytest.mark.slow
def test_the_pipelines_have_the_shape_of_distilroberta() -> None:
    from transformers import RobertaForSequenceClassification

    from benchmarks.pipelines import distilroberta_config, make_tokenizer

    network = RobertaForSequenceClassification(distilroberta_config(3, multi_label=False))
    assert sum(weights.numel() for weights in network.parameters()) == 82_120_707
    tokenizer = make_tokenizer(["The food was cold."])
    assert tokenizer("The food", truncation=True)["input_ids"][0] == 0
    assert tokenizer.pad_token_id == 1
