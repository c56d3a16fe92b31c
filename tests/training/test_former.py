from __future__ import annotations

import torch

from training.batches import prepare, to_tensors
from training.example import OWN_LABELS, document
from training.former import FormerNetwork, forgetting
from training.network import CxNetwork
from training.recipe import LossWeights

_WEIGHTS = LossWeights()


def _batch(tokenizer, *examples):
    items = prepare(list(examples), tokenizer, max_tokens=32)
    encoded, targets = to_tensors(items)
    arrays = (encoded.input_ids, encoded.attention_mask, encoded.pooling)
    inputs = [torch.from_numpy(array) for array in arrays]
    own = torch.tensor([item.own for item in items])
    return inputs, targets, {"real": inputs[2].sum(-1) > 0, "own": own}


def _moved(base, head):
    torch.manual_seed(1)
    network = CxNetwork.from_base(base).eval()
    former = FormerNetwork(network)
    with torch.no_grad():
        dict(network.named_parameters())[f"{head}.output.bias"][0] += 2.0
    return network, former


def test_the_same_answers_are_no_loss_and_others_are(base, tokenizer):
    torch.manual_seed(1)
    network = CxNetwork.from_base(base).eval()
    former = FormerNetwork(network)
    inputs, targets, which = _batch(
        tokenizer, document("the room was fine", "a", "train", sentiment=2)
    )

    same = forgetting(network(*inputs), former.answer(inputs), targets, _WEIGHTS, **which)
    moved, former = _moved(base, "emotion")
    other = forgetting(moved(*inputs), former.answer(inputs), targets, _WEIGHTS, **which)

    assert abs(same.item()) < 1e-6
    assert other.item() > 0.01


def test_ones_own_label_is_learned_not_kept(base, tokenizer):
    network, former = _moved(base, "sentiment")
    losses = {}
    for source in (OWN_LABELS, "replayed"):
        example = document("the room was fine", source, "train", sentiment=2)
        inputs, targets, which = _batch(tokenizer, example)
        kept = forgetting(network(*inputs), former.answer(inputs), targets, _WEIGHTS, **which)
        losses[source] = kept.item()

    assert abs(losses[OWN_LABELS]) < 1e-6
    assert losses["replayed"] > 0.01


def test_heads_without_a_label_of_ones_own_are_kept(base, tokenizer):
    network, former = _moved(base, "emotion")
    example = document("the room was fine", OWN_LABELS, "train", sentiment=2)
    inputs, targets, which = _batch(tokenizer, example)

    kept = forgetting(network(*inputs), former.answer(inputs), targets, _WEIGHTS, **which)

    assert kept.item() > 0.01


def test_spans_that_only_fill_the_batch_up_count_nothing(base, tokenizer):
    network, former = _moved(base, "satisfaction")
    short = document("the room was fine", "a", "train", sentiment=2)
    alone = _batch(tokenizer, short)
    padded = _batch(tokenizer, short)
    inputs = [padded[0][0], padded[0][1], torch.cat([padded[0][2], 0 * padded[0][2]], 1)]
    wider = {
        name: torch.cat([getattr(padded[1], name)] * 2, 1) for name in type(padded[1]).__slots__
    }
    targets = type(padded[1])(**wider)
    which = {"real": inputs[2].sum(-1) > 0, "own": padded[2]["own"]}

    found = forgetting(network(*inputs), former.answer(inputs), targets, _WEIGHTS, **which)

    expected = forgetting(
        network(*alone[0]), former.answer(alone[0]), alone[1], _WEIGHTS, **alone[2]
    )
    torch.testing.assert_close(found, expected)


def test_weights_are_pulled_back_by_their_learning_rate(base):
    network, former = _moved(base, "sentiment")
    weight = network.sentiment.output.bias
    start = dict(former.network.named_parameters())["sentiment.output.bias"].clone()
    before = weight.detach().clone()
    group = {"params": [weight], "names": ["sentiment.output.bias"], "lr": 0.1}
    optimiser = torch.optim.SGD([group], lr=0.1)

    former.pull(optimiser, 5.0)

    torch.testing.assert_close(weight.detach(), before + 0.5 * (start - before))
