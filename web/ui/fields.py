"""Form fields that WTForms does not have."""

from collections.abc import Sequence

from wtforms import Field


class TextListField(Field):  # type: ignore[misc]
    """All values of one name, such as those of ticked boxes."""

    data: list[str]

    def process_data(self, value: Sequence[str] | None) -> None:
        """Take a default."""
        self.data = list(value or ())

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take what was sent."""
        self.data = list(valuelist)
