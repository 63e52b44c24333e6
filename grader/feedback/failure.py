"""The one way in which a check says that a student's answer is not right."""

__all__ = ["Failure"]


class Failure(AssertionError):
    """What is not right with an answer: a message for every test, and a detail for public tests only."""

    def __init__(self, message: str, *, detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail

    def __str__(self) -> str:
        return self.message
