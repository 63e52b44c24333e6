"""`cards.toml`: the flash cards of an assignment's topic."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from grader.bundle.tables import StrictModel, at_least_one, read_table

CARDS_FILE: Final = "cards.toml"


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


Side = Annotated[str, Field(max_length=2000), AfterValidator(_not_blank)]


class Card(StrictModel):
    """A question and its answer; TeX may stand between dollar signs."""

    front: Side
    back: Side


class Deck(StrictModel):
    """The content of `cards.toml`."""

    cards: Annotated[tuple[Card, ...], Field(strict=False, max_length=100), AfterValidator(at_least_one)]


def read_cards(data: bytes, problems: list[str]) -> tuple[Card, ...]:
    """Return the cards, or none after adding every problem of `cards.toml` to `problems`."""
    deck = read_table(CARDS_FILE, data, Deck, problems)
    return deck.cards if deck else ()
