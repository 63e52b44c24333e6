"""The base classes of the API's schemas: nothing beyond their fields is accepted or returned."""

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
