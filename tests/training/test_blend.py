from __future__ import annotations

import csv

import pytest
import torch
from safetensors.torch import load_file

from training.batches import deal, prepare
from training.blend import SHARES, Share, best_share, blend, judge_shares, write_shares
from training.network import CxNetwork
from training.recipe import MixtureConfig, Recipe, TrainConfig
from training.trainer import Trainer

_START = {"w": torch.tensor([0.0, 2.0])}
_TRAINED = {"w": torch.tensor([1.0, 4.0])}


@pytest.mark.parametrize(
    ("share", "found"), [(0.0, [0.0, 2.0]), (0.25, [0.25, 2.5]), (1.0, [1, 4])]
)
def test_weights_lie_between_the_starts_and_the_trained(share, found):
    assert blend(_START, _TRAINED, share)["w"].tolist() == found


def test_all_of_the_trained_weights_are_those_weights_bit_by_bit():
    torch.manual_seed(0)
    start, trained = {"w": torch.randn(1000)}, {"w": torch.randn(1000)}

    assert torch.equal(blend(start, trained, 1.0)["w"], trained["w"])


def test_the_share_that_learned_most_is_taken_of_those_that_moved_little():
    def judge(weights):
        share = weights["w"][0].item()
        return abs(0.8 - share), share**2  # best at .8

    judged = judge_shares(_START, _TRAINED, (0.0, 0.25, 0.5, 0.75, 1.0), judge)

    assert [one.share for one in judged] == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert best_share(judged, most_moved=1.0).share == 0.75
    assert best_share(judged, most_moved=0.25).share == 0.5
    assert best_share(judged, most_moved=0.1).share == 0.25


def test_where_all_move_too_far_the_share_nearest_the_start_is_taken():
    judged = [Share(share=s, held_back=1 - s, moved=s) for s in (0.8, 0.4, 0.6)]

    assert best_share(judged, most_moved=0.1).share == 0.4


def test_of_shares_that_do_alike_the_one_nearest_the_start_is_taken():
    judged = [Share(share=s, held_back=1.0, moved=0.0) for s in (0.8, 0.4, 0.6)]

    assert best_share(judged, most_moved=1.0).share == 0.4


def test_the_file_says_what_each_share_was_worth_and_which_was_taken(tmp_path):
    judged = [Share(share=0.5, held_back=0.7, moved=0.01), Share(share=1.0, held_back=0.8, moved=0)]

    write_shares(tmp_path / SHARES, judged, judged[0])

    with (tmp_path / SHARES).open() as stream:
        rows = list(csv.DictReader(stream))
    assert [row["taken"] for row in rows] == ["yes", "no"]
    assert rows[0] == {"share": "0.5", "held_back": "0.7000", "moved": "0.0100", "taken": "yes"}


def _train(base, out, items, shares, *, most_moved=1e9, held_back=()):
    train = TrainConfig(
        epochs=6.0,
        max_minutes=1e9,
        learning_rate=3e-3,
        head_learning_rate=1e-2,
        tokens_per_batch=96,
        average_decay=0.8,
        blend=shares,
        most_moved=most_moved,
    )
    recipe = Recipe(name="t", seed=5, base="t", mixture=MixtureConfig(sources=()), train=train)
    out.mkdir()
    torch.manual_seed(5)
    network = CxNetwork.from_base(base)
    start = {name: value.clone() for name, value in network.state_dict().items()}
    trainer = Trainer(recipe, network, out, held_back=held_back, others=held_back)
    n_steps = sum(1 for _ in deal(items, tokens_per_batch=96, seed=0))
    trainer.run(lambda _: items, n_steps)
    return start, load_file(out / "network.safetensors")


def test_a_run_ends_with_the_share_that_its_recipe_names(base, tmp_path, tokenizer, opinions):
    items = prepare(opinions, tokenizer, max_tokens=32)
    start, whole = _train(base, tmp_path / "whole", items, ())
    _, half = _train(base, tmp_path / "half", items, (0.5,))

    moved = {name for name in whole if not torch.equal(start[name], whole[name])}
    assert "sentiment.output.weight" in moved
    for name in whole:
        torch.testing.assert_close(half[name], (start[name] + whole[name]) / 2)


def test_a_run_chooses_the_share_by_texts_held_back(base, tmp_path, tokenizer, opinions):
    items = prepare(opinions, tokenizer, max_tokens=32)
    shares = (0.0, 1.0)
    # Texts like those that are trained on want all; held to its old answers, a run keeps none.
    start, learned = _train(base, tmp_path / "learned", items, shares, held_back=items)
    _, whole = _train(base, tmp_path / "whole", items, (), held_back=items)
    assert all(torch.equal(learned[name], whole[name]) for name in whole)
    rows = list(csv.DictReader((tmp_path / "learned" / SHARES).open()))
    assert [row["taken"] for row in rows] == ["no", "yes"]
    assert float(rows[0]["moved"]) == pytest.approx(0, abs=1e-3)
    assert float(rows[1]["moved"]) > 0.01

    _, kept = _train(base, tmp_path / "kept", items, shares, held_back=items, most_moved=0.01)
    assert all(torch.equal(kept[name], start[name]) for name in start)
