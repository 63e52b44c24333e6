"""The base classes of the API's schemas: nothing beyond their fields is accepted or returned."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Input(BaseModel):
    """A JSON body."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Query(BaseModel):
    """The parameters of a query, which are text."""

    model_config = ConfigDict(extra="forbid")


class Output(BaseModel):
    """A response."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    @classmethod
    def of(cls, *sources: object, **values: Any) -> Self:
        """Return a response with some values; the other fields are attributes of the first source that has them."""
        for name in cls.model_fields.keys() - values.keys():
            values[name] = next(getattr(source, name) for source in sources if hasattr(source, name))
        return cls.model_validate(values)
