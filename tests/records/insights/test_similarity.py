"""Submissions that are alike are found, with the lines; what all share is not held against anybody."""

import builtins
from typing import Any

import pytest

from records.insights import similarity
from records.insights.fingerprints import Unavailable

pytest.importorskip("copydetect")

STARTER = b'''"""Train a model."""


def train(model, data, epochs, rate):
    """Return the losses of a model that is trained on batches of data for so many epochs."""
    raise NotImplementedError
'''
LOOP = """def train(model, data, epochs, rate):
    history = []
    for epoch in range(epochs):
        total, seen = 0.0, 0
        for inputs, targets in data:
            momentun = model.forward(inputs) - targets
            total += float((momentun ** 2).sum())
            seen += len(inputs)
            model.weights -= rate * inputs.T @ momentun / len(inputs)
        history.append(total / seen)
    return history
"""
OTHERS = """def train(model, data, epochs, rate):
    return [step(model, data, rate) for _ in range(epochs)]


def step(model, data, rate):
    losses = list(map(lambda pair: descend(model, *pair, rate), data))
    return sum(losses) / max(1, len(losses))


def descend(model, x, y, rate):
    error = y - model.forward(x)
    gradient = numpy.einsum("ij,ik->jk", x, error)
    model.weights = model.weights + rate * gradient
    return numpy.square(error).mean()
"""


def searched(starter: bytes = STARTER, **sources: str) -> dict[str, Any]:
    files = {name: {"train.py": source.encode()} for name, source in sources.items()}
    return similarity.search(files, {"train.py": starter})


def renamed(source: str) -> str:
    """Return a copy as somebody makes it who does not want to be found."""
    names = {"history": "h", "total": "s", "seen": "n", "inputs": "x", "targets": "t", "momentun": "momentun_"}
    for old, new in names.items():
        source = source.replace(old, new)
    return "\n\n# all my own work\n" + source.replace("    ", "  ")


def test_a_copy_with_other_names_is_found_with_its_lines() -> None:
    report = searched(ada=LOOP, ben=OTHERS, cleo=renamed(LOOP))

    (pair,) = report["pairs"]
    assert (pair["left"], pair["right"]) == ("ada", "cleo")
    assert pair["similarity"] == 1.0
    assert not pair["identical"]
    (passage,) = pair["passages"]
    assert passage == {"file": "train.py", "left": [1, 11], "right": [4, 14]}


def test_the_same_file_is_told_and_what_only_these_two_call_things() -> None:
    (pair,) = searched(ada=LOOP, ben=OTHERS, cleo=LOOP)["pairs"]

    assert pair["identical"]
    assert "momentun" in pair["only_these"]
    assert "train" not in pair["only_these"]


def test_what_the_starter_says_is_discounted() -> None:
    given = LOOP.encode()
    report = searched(given, ada=LOOP + OTHERS, ben=LOOP, cleo=LOOP)

    assert report["pairs"] == []
    assert report["too_short"] == ["ben", "cleo"]


def test_what_most_of_the_class_wrote_is_discounted() -> None:
    crowd = {f"student{number}": LOOP for number in range(9)}
    own = OTHERS.replace("descend", "go_down")

    report = searched(**crowd, yan=OTHERS, zoe=own)

    assert [(pair["left"], pair["right"]) for pair in report["pairs"]] == [("yan", "zoe")]
    assert len(report["too_short"]) == 9


def test_progress_is_told_to_the_end() -> None:
    told: list[tuple[int, int]] = []
    files = {str(number): {"train.py": LOOP.encode()} for number in range(5)}

    similarity.search(files, {}, lambda done, total: told.append((done, total)))

    assert told[-1] == (15, 15)
    assert told == sorted(told)


@pytest.mark.parametrize("source", ["", "\n\n\n", "def f(:\n", "\x00\x01" * 200, "x = '" + "y" * 300, "(" * 5_000])
def test_whatever_was_submitted_can_be_compared(source: str) -> None:
    report = searched(ada=source, ben=source + "\n", cleo=LOOP)

    assert report["submissions"] == 3


def test_nothing_submitted_is_an_empty_report() -> None:
    assert similarity.search({}, {})["pairs"] == []


def test_the_list_of_pairs_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similarity, "MAX_PAIRS", 2)

    report = searched(ada=LOOP, ben=LOOP, cleo=LOOP)

    assert len(report["pairs"]) == 2
    assert report["more"] == 1


def test_without_copydetect_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:
        if name.startswith("copydetect"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)

    with pytest.raises(Unavailable, match="pip install"):
        similarity.search({}, {})
