from __future__ import annotations

import pytest

from cxnlp.errors import InputError
from training.evaluation.targets import Target, look_up, read_targets, summarise


def test_targets_of_the_project_are_whole():
    targets = read_targets()

    assert len({target.path for target in targets}) == len(targets) >= 15
    heads = {t.path[1] for t in targets if t.path[0] == "calibration"}
    assert heads == {"sentiment", "satisfaction", "emotion", "topic", "polarity"}


@pytest.mark.parametrize(
    "table", ['what = "x"\npath = ["a"]', 'what = "x"\nat_least = 1', 'path = ["a"]\nat_mots = 1']
)
def test_targets_without_one_bound_are_refused(tmp_path, table):
    path = tmp_path / "targets.toml"
    path.write_text(f"[[target]]\n{table}\n")

    with pytest.raises(InputError, match="target 1"):
        read_targets(path)


def test_bounds_are_inclusive_and_zero_is_one():
    assert Target(what="x", path=("a",), at_least=0.5).is_reached(0.5)
    assert not Target(what="x", path=("a",), at_least=0.5).is_reached(0.4999)
    assert Target(what="x", path=("a",), at_most=0).is_reached(0)
    assert not Target(what="x", path=("a",), at_most=0).is_reached(1)


def test_figures_are_looked_up_where_they_are():
    metrics = {"test": {"sentiment": {"a": {"cxnlp": {"macro_f1": 0.7}}}}}

    assert look_up(metrics, ("test", "sentiment", "a", "cxnlp", "macro_f1")) == 0.7
    assert look_up(metrics, ("test", "sentiment", "b", "cxnlp", "macro_f1")) is None
    assert look_up(metrics, ("probes", "banking77", "accuracy")) is None


def _systems(ours, tfidf, vader):
    return {
        "cxnlp": {"macro_f1": ours}, "tfidf": {"macro_f1": tfidf}, "vader": {"macro_f1": vader},
    }  # fmt: skip


def test_figures_over_many_sets_by_hand():
    found = summarise(
        {
            "unseen": ["far", "further"],
            "spans": {"n": 10, "alone": 0.9, "in_context": 0.85},
            "capabilities": {"a": {"rate": 0.1}, "b": {"rate": 0.3}},
            "test": {
                "topic": {
                    "one": _systems(0.8, 0.6, 0), "two": _systems(0.7, 0.7, 0),
                    "far": _systems(0.9, 0.1, 0), "contrast:x": _systems(0.9, 0.1, 0),
                },
                "sentiment": {
                    "one": _systems(0.1, 0.9, 0.9), "far": _systems(0.7, 0.6, 0.7),
                    "further": _systems(0.7, 0.6, 0.5),
                },
            },
        }
    )  # fmt: skip

    assert found == pytest.approx(
        {
            "topic_lead_over_tfidf": 0.1, "span_loss": 0.05, "capability_failure": 0.2,
            "unseen_behind": 1,
        }
    )  # fmt: skip


def test_what_was_not_measured_is_left_out():
    assert summarise({"unseen": [], "test": {}}) == {}
