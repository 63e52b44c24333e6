"""What a call did to the global random generators is noticed, however little it was."""

import random
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from grader import limits
from grader.sandbox.effects import Printed, Watch


def nothing() -> None:
    """Draw nothing."""


def shuffle() -> None:
    """Draw from Python's generator."""
    random.shuffle([1, 2, 3])


def seed_as_before() -> None:
    """Go back to where everything began."""
    np.random.seed(7)


def draw_all_words() -> None:
    """Draw until the next word is the same as at first."""
    np.random.randint(0, 2**32, size=624, dtype=np.uint32)


def draw_with_own_generator() -> None:
    """Draw from a generator that is not the global one."""
    np.random.default_rng(1).normal()
    np.random.RandomState(1).normal()
    random.Random(1).random()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """A watch that has looked, at generators just seeded."""
    generator, numpy_state, python_state = np.random.get_bit_generator(), np.random.get_state(), random.getstate()
    random.seed(7)
    np.random.seed(7)
    watch = Watch(bytes)
    watch.random_state()
    yield watch
    np.random.set_bit_generator(generator)
    np.random.set_state(numpy_state)
    random.setstate(python_state)


@pytest.mark.parametrize(
    ("act", "moved"),
    [
        (nothing, set()),
        (seed_as_before, set()),
        (draw_with_own_generator, set()),
        (np.random.random, {"numpy"}),
        (np.random.randn, {"numpy"}),
        (draw_all_words, {"numpy"}),
        (lambda: np.random.seed(8), {"numpy"}),
        (lambda: np.random.set_bit_generator(np.random.MT19937(7)), {"numpy"}),
        (shuffle, {"random"}),
    ],
)
def test_what_moved_is_told_once(watch: Watch, act: Callable[[], object], moved: set[str]) -> None:
    act()
    assert watch.random_state() == moved
    assert watch.random_state() == set()


def test_a_number_that_was_left_over_from_a_draw_counts(watch: Watch) -> None:
    np.random.randn()
    assert watch.random_state() == {"numpy"}
    np.random.randn()
    assert watch.random_state() == {"numpy"}
    assert watch.random_state() == set()


def test_torch_has_a_generator_of_its_own(watch: Watch) -> None:
    torch = pytest.importorskip("torch")
    watch.random_state()
    torch.rand(1)
    assert watch.random_state() == {"torch"}


def test_what_is_printed_is_kept_up_to_the_limit_and_all_of_it_passed_on(capsys: pytest.CaptureFixture[str]) -> None:
    with Printed() as printed:
        print("one", flush=True)
        print("x" * limits.MAX_CALL_OUTPUT_CHARACTERS)
    print("not this")
    assert printed.text == "one\n" + "x" * (limits.MAX_CALL_OUTPUT_CHARACTERS - 4)
    assert capsys.readouterr().out.endswith("x\nnot this\n")
