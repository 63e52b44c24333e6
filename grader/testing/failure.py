"""The one way in which a check says that a student's answer is not right."""


class Failure(AssertionError):
    """What is not right with an answer: a message for every test, and a detail for public tests only.

    `place` is the file and the line of the student's where it happened, as far as there is one.
    """

    def __init__(self, message: str, *, detail: str = "", place: tuple[str, int] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail
        self.place = place

    def __str__(self) -> str:
        return self.message
