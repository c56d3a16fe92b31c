from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from training.batches import deal, prepare, to_tensors
from training.curves import read_rows
from training.network import CxNetwork
from training.recipe import MixtureConfig, Recipe, TrainConfig
from training.trainer import Trainer, group_parameters
from training.validation import Validation

_TOKENS = 96


def _recipe(**options) -> Recipe:
    train = TrainConfig(
        **{
            "epochs": 6.0,
            "max_minutes": 1e9,  # the clock must not shape the schedule here
            "learning_rate": 3e-3,
            "head_learning_rate": 1e-2,
            "tokens_per_batch": _TOKENS,
            "average_decay": 0.8,
            "checkpoint_minutes": 0.0,
            **options,
        }
    )
    return Recipe(name="tiny", seed=5, base="tiny", mixture=MixtureConfig(sources=()), train=train)


@pytest.fixture
def items(tokenizer, opinions):
    return prepare(opinions, tokenizer, max_tokens=32)


def _trainer(base: Path, out: Path, recipe: Recipe) -> Trainer:
    out.mkdir(exist_ok=True)
    torch.manual_seed(recipe.seed)
    return Trainer(recipe, CxNetwork.from_base(base), out)


def _run(base, out, items, recipe=None) -> dict[str, torch.Tensor]:
    recipe = recipe or _recipe()
    n_steps = sum(1 for _ in deal(items, tokens_per_batch=_TOKENS, seed=0))
    _trainer(base, out, recipe).run(lambda epoch: items, n_steps)
    return load_file(out / "network.safetensors")


def _accuracy(base, weights, items) -> float:
    network = CxNetwork.from_base(base)
    network.load_state_dict(weights)
    network.eval()
    encoded, targets = to_tensors(items)
    with torch.no_grad():
        logits = network(
            *(torch.from_numpy(a) for a in (encoded.input_ids, encoded.attention_mask)),
            torch.from_numpy(encoded.pooling),
        )
    return (logits.sentiment.argmax(-1) == targets.sentiment).float().mean().item()


def test_network_learns_what_it_is_shown(base, tmp_path, items):
    recipe = _recipe(epochs=20.0, learning_rate=2e-3, head_learning_rate=5e-3)
    recipe = replace(recipe, train=replace(recipe.train, freeze_word_embeddings=False))

    weights = _run(base, tmp_path / "run", items, recipe)

    assert _accuracy(base, CxNetwork.from_base(base).state_dict(), items) < 0.8
    assert _accuracy(base, weights, items) > 0.95


def test_same_seed_gives_the_same_network(base, tmp_path, items):
    first = _run(base, tmp_path / "first", items)
    second = _run(base, tmp_path / "second", items)

    assert all(torch.equal(first[name], second[name]) for name in first)


def test_killed_run_resumes_at_its_step_and_ends_the_same(base, tmp_path, items, monkeypatch):
    whole = _run(base, tmp_path / "whole", items)
    step = Trainer._step

    def killed(self, batch, spent):
        if self.progress.step == 7:
            raise KeyboardInterrupt
        return step(self, batch, spent)

    monkeypatch.setattr(Trainer, "_step", killed)
    with pytest.raises(KeyboardInterrupt):
        _run(base, tmp_path / "cut", items)
    assert not (tmp_path / "cut" / "network.safetensors").exists()
    steps = []

    def watched(self, batch, spent):
        steps.append(self.progress.step)
        return step(self, batch, spent)

    monkeypatch.setattr(Trainer, "_step", watched)
    resumed = _run(base, tmp_path / "cut", items)

    assert steps[0] == 7
    assert steps == list(range(7, steps[-1] + 1))
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


def test_finished_run_is_not_trained_further(base, tmp_path, items, monkeypatch):
    weights = _run(base, tmp_path / "run", items)

    def never(self, batch, spent):
        raise AssertionError

    monkeypatch.setattr(Trainer, "_step", never)

    again = _run(base, tmp_path / "run", items)

    assert all(torch.equal(weights[name], again[name]) for name in weights)


def test_run_stops_when_its_minutes_are_used_up(base, tmp_path, items):
    trainer = _trainer(base, tmp_path / "run", _recipe(max_minutes=0.01, epochs=1e6))

    trainer.run(lambda epoch: items, 100)

    assert 0 < trainer.progress.step < 100_000
    assert trainer.progress.seconds >= 0.6


@pytest.mark.parametrize("frozen", [True, False])
def test_word_embeddings_move_only_where_the_recipe_lets_them(base, tmp_path, items, frozen):
    recipe = _recipe(freeze_word_embeddings=frozen, epochs=2.0)

    weights = _run(base, tmp_path / "run", items, recipe)

    name = "encoder.embeddings.word_embeddings.weight"
    before = CxNetwork.from_base(base).state_dict()[name]
    assert torch.equal(weights[name], before) == frozen


def test_lower_layers_learn_more_slowly_and_heads_faster(base):
    recipe = _recipe(layer_decay=0.5, learning_rate=1.0, head_learning_rate=7.0)
    network = CxNetwork.from_base(base)

    groups = group_parameters(network, recipe)

    rates = {id(p): (g["base_lr"], g["weight_decay"]) for g in groups for p in g["params"]}
    named = dict(network.named_parameters())
    layer = "encoder.encoder.layer.{}.output.dense.{}"
    assert rates[id(named[layer.format(1, "weight")])] == (1.0, 0.01)
    assert rates[id(named[layer.format(0, "weight")])] == (0.5, 0.01)
    assert rates[id(named[layer.format(0, "bias")])] == (0.5, 0.0)
    assert rates[id(named["encoder.embeddings.position_embeddings.weight"])] == (0.25, 0.01)
    assert rates[id(named["topic.output.weight"])] == (7.0, 0.01)
    assert id(named["encoder.embeddings.word_embeddings.weight"]) not in rates
    assert len(rates) == len(named) - 1


def test_run_stops_where_held_back_texts_find_nothing_better_and_keeps_the_best(
    base, tmp_path, items
):
    recipe = _recipe(
        epochs=50.0, learning_rate=3.0, head_learning_rate=3.0, patience=2, validations=100,
    )  # fmt: skip
    trainer = Trainer(recipe, CxNetwork.from_base(base), tmp_path, held_back=items[:20])
    n_steps = sum(1 for _ in deal(items, tokens_per_batch=_TOKENS, seed=0))

    trainer.run(lambda epoch: items, n_steps)

    assert trainer.progress.step < 50 * n_steps / 2
    looks = [
        float(row["total"])
        for row in read_rows(tmp_path / "curves.csv")
        if row["part"] == "validation"
    ]
    assert len(looks) - 1 - looks.index(min(looks)) == 2
    kept = load_file(tmp_path / "network.safetensors")
    found = Validation(recipe, CxNetwork.from_base(base), items[:20]).look(kept)
    assert sum(found.values()) == pytest.approx(min(looks), abs=1e-3)


def test_looking_at_held_back_texts_changes_nothing_of_the_training(base, tmp_path, items):
    recipe = _recipe(validations=10)
    watched = tmp_path / "watched"
    watched.mkdir()
    torch.manual_seed(recipe.seed)
    n_steps = sum(1 for _ in deal(items, tokens_per_batch=_TOKENS, seed=0))
    trainer = Trainer(recipe, CxNetwork.from_base(base), watched, held_back=items[:20])
    trainer.run(lambda epoch: items, n_steps)

    alone = _run(base, tmp_path / "alone", items)

    kept = load_file(watched / "network.safetensors")
    assert all(torch.equal(kept[name], alone[name]) for name in alone)
    assert "validation" in (watched / "curves.csv").read_text()


def test_a_run_that_was_killed_remembers_what_was_best(base, tmp_path, items, monkeypatch):
    recipe = _recipe(patience=3, validations=12, epochs=4.0, anchor=1.0, distil=0.5)
    n_steps = sum(1 for _ in deal(items, tokens_per_batch=_TOKENS, seed=0))

    def trainer(out):
        out.mkdir(exist_ok=True)
        torch.manual_seed(recipe.seed)
        return Trainer(recipe, CxNetwork.from_base(base), out, held_back=items[:20])

    trainer(tmp_path / "whole").run(lambda epoch: items, n_steps)
    step = Trainer._step

    def killed(self, batch, spent):
        if self.progress.step == 9:
            raise KeyboardInterrupt
        return step(self, batch, spent)

    monkeypatch.setattr(Trainer, "_step", killed)
    with pytest.raises(KeyboardInterrupt):
        trainer(tmp_path / "cut").run(lambda epoch: items, n_steps)
    monkeypatch.setattr(Trainer, "_step", step)
    trainer(tmp_path / "cut").run(lambda epoch: items, n_steps)

    whole, cut = (load_file(tmp_path / n / "network.safetensors") for n in ("whole", "cut"))
    assert all(torch.equal(whole[name], cut[name]) for name in whole)


def test_an_anchor_keeps_the_weights_near_where_they_were(base, tmp_path, items):
    start = CxNetwork.from_base(base).state_dict()

    def distance(name, **options):
        weights = _run(base, tmp_path / name, items, _recipe(**options))
        return sum(
            (weights[n] - start[n]).pow(2).sum().item() for n in start if n.startswith("encoder.")
        )

    assert distance("held", anchor=100.0) < 0.5 * distance("free")


def test_every_step_is_told(base, tmp_path, items):
    told = []
    torch.manual_seed(1)
    trainer = Trainer(
        _recipe(epochs=1.0), CxNetwork.from_base(base), tmp_path,
        observer=lambda progress, loss: told.append((progress.step, progress.spent, loss)),
    )  # fmt: skip
    n_steps = sum(1 for _ in deal(items, tokens_per_batch=_TOKENS, seed=0))

    trainer.run(lambda epoch: items, n_steps)

    assert [step for step, _, _ in told] == list(range(1, n_steps + 1))
    assert all(0 <= spent < 1 and loss > 0 for _, spent, loss in told)
