from __future__ import annotations

from xml.etree import ElementTree

from training.curves import HEADS, TRAINING, VALIDATION, CurveLog, draw_curves, read_rows

_LOSSES = dict.fromkeys(HEADS, 0.5)


def _steps(path):
    return [(int(row["step"]), row["part"]) for row in read_rows(path)]


def test_rows_beyond_the_checkpoint_are_taken_out_again(tmp_path):
    path = tmp_path / "curves.csv"
    log = CurveLog(path, step=0)
    for step in (2, 4, 6):
        log.add(step, TRAINING, 1.0, _LOSSES)
        log.add(step, VALIDATION, 1.0, _LOSSES)
    with path.open("a") as stream:
        stream.write("8,training,1,0.5")  # cut by a kill

    again = CurveLog(path, step=4)
    again.add(6, TRAINING, 2.0, _LOSSES)

    assert _steps(path) == [
        (2, TRAINING), (2, VALIDATION), (4, TRAINING), (4, VALIDATION), (6, TRAINING),
    ]  # fmt: skip
    assert read_rows(path)[-1]["total"] == "2.5000"


def test_the_picture_shows_both_curves_and_its_title(tmp_path):
    path = tmp_path / "curves.csv"
    log = CurveLog(path, step=0)
    for step in range(1, 40):
        log.add(step, TRAINING, 1.0, dict.fromkeys(HEADS, 1 / step))
        if step % 10 == 0:
            log.add(step, VALIDATION, 1.0, _LOSSES)

    picture = ElementTree.fromstring(draw_curves(path, title="a <b> & c"))

    texts = [item.text for item in picture.iter() if item.text]
    assert {"a <b> & c", "training", "validation", "step"} <= set(texts)


def test_a_run_without_a_step_has_an_empty_picture(tmp_path):
    CurveLog(tmp_path / "curves.csv", step=0)

    picture = ElementTree.fromstring(draw_curves(tmp_path / "curves.csv", title="none"))

    assert not [item for item in picture.iter() if item.get("fill") == "none"]
