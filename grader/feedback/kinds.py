"""What kind of value an answer is, and how to say so without repeating what the student's code wrote."""

import sys
from collections.abc import Sequence
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from grader.feedback.failures import Failure

Array = NDArray[Any]

# Names of types come from the student's process; only known ones are repeated, so none can carry a message.
KNOWN_TYPES = {
    "Adam": "an optimiser",
    "DataFrame": "a pandas DataFrame",
    "DataLoader": "a DataLoader",
    "Linear": "a torch module",
    "SGD": "an optimiser",
    "Sequential": "a torch module",
    "Series": "a pandas Series",
    "matrix": "a NumPy matrix",
    "MaskedArray": "a masked array",
    "dict_items": "the items of a dictionary",
    "dict_keys": "the keys of a dictionary",
    "dict_values": "the values of a dictionary",
    "enumerate": "an `enumerate` iterator",
    "filter": "a `filter` iterator",
    "generator": "a generator",
    "map": "a `map` iterator",
    "reversed": "a `reversed` iterator",
    "zip": "a `zip` iterator",
}

KINDS_OF_HANDLE = {"function": "a function", "iterator": "an iterator"}


def is_handle(value: object) -> bool:
    """Whether the value stayed in the student's process and only a handle to it came over."""
    return type(value).__name__ in ("Handle", "Method")


def is_tensor(value: object) -> bool:
    """Whether the value is a plain torch tensor; never imports torch."""
    torch = sys.modules.get("torch")
    return torch is not None and type(value) in (torch.Tensor, torch.nn.Parameter)


def is_bool(value: object) -> bool:
    """Whether the value is a Python or NumPy boolean."""
    return type(value) in (bool, np.bool_)


def is_number(value: object) -> TypeGuard[int | float | complex | np.number[Any]]:
    """Whether the value is a Python or NumPy number; booleans and arrays are not."""
    return type(value) in (int, float, complex) or isinstance(value, np.number)


def as_array(value: object) -> Array | None:
    """The value as an array (numbers become 0-d, lists of numbers 1-d), or None where it is not numeric."""
    if type(value) is np.ndarray:
        return value
    if is_tensor(value):
        return tensor_to_array(value)
    if type(value) is int and not -(2**63) <= value < 2**64:
        return np.asarray(float_of(value))
    if is_number(value) or is_bool(value):
        return np.asarray(value)
    if type(value) in (list, tuple):
        return sequence_to_array(value)  # type: ignore[arg-type]
    return None


def float_of(value: int) -> float:
    """An integer of any size as a float; infinite when it is too large."""
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def tensor_to_array(value: Any) -> Array:
    """A torch tensor as an array that shares nothing with autograd; bfloat16 becomes float32."""
    tensor = value.detach().resolve_conj().resolve_neg().cpu()
    if str(tensor.dtype) == "torch.bfloat16":
        tensor = tensor.float()
    array: Array = tensor.numpy()
    return array


def sequence_to_array(values: Sequence[object]) -> Array | None:
    """A list of plain numbers as a 1-d array, or None."""
    if not values or not all(is_number(value) for value in values):
        return None
    array = np.array(values)
    return array if array.dtype.kind in "iufc" else None


def plural(count: int, noun: str) -> str:
    """A count with its noun, as in "1 row" or "3 rows"."""
    irregular = {"entry": "entries", "batch": "batches"}
    return f"{count} {noun}" if count == 1 else f"{count} {irregular.get(noun, noun + 's')}"


def shape_text(shape: Sequence[int | None]) -> str:
    """A shape as Python writes it, with `any` where any length will do."""
    inner = ", ".join("any" if length is None else str(length) for length in shape)
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


def inside(name: str) -> str:
    """A name as it reads in the middle of a sentence."""
    ordinary = name.startswith(("Your ", "The ", "What ", "Each ", "Item ", "Batch ", "Entry "))
    return name[0].lower() + name[1:] if ordinary else name


def are(count: int) -> str:
    """The verb that goes with a count."""
    return "is" if count == 1 else "are"


def other_length(length: int, asked: int, name: str) -> str:
    """The sentence for a wrong number of items."""
    return f"{name} has {plural(length, 'item')}, but {asked} {are(asked)} asked for."


def describe(value: object) -> str:
    """A noun phrase for the kind of a value; it tells kinds, shapes and lengths, never contents."""
    if value is None:
        return "None"
    if is_handle(value):
        return describe_handle(value)
    if is_tensor(value):
        return "a PyTorch tensor" + of_shape(value.shape)  # type: ignore[attr-defined]
    if type(value) is np.ndarray:
        return "a NumPy array" + of_shape(value.shape)
    if is_bool(value):
        return "a boolean"
    if is_number(value):
        return "a complex number" if isinstance(value, complex | np.complexfloating) else "a number"
    return describe_container(value)


def describe_handle(value: Any) -> str:
    """A noun phrase for what a handle stands for."""
    known = KNOWN_TYPES.get(str(value.type_name).rpartition(".")[2])
    return known or KINDS_OF_HANDLE.get(str(value.kind), "an object of some other class")


def of_shape(shape: Sequence[int]) -> str:
    """The words " of shape …" for an array, or that it is empty."""
    # The shape of an empty array costs no memory, so it could carry any message out of the student's process.
    return " without any entry" if 0 in shape else f" of shape {shape_text(tuple(shape))}"


def describe_container(value: object) -> str:
    """A noun phrase for text and containers."""
    if type(value) in (list, tuple):
        return f"a {type(value).__name__} of {plural(len(value), 'item')}"  # type: ignore[arg-type]
    words = {
        str: "text",
        bytes: "bytes",
        dict: "a dictionary",
        set: "a set",
        frozenset: "a frozenset",
        slice: "a slice",
        range: "a range",
    }
    return words.get(type(value), "an object of some other class")


def wrong_kind(value: object, asked: str, name: str) -> Failure:
    """The failure for a value of the wrong kind, with the usual way out."""
    sentence = f"{name} is {describe(value)}, but {asked} is asked for."
    return Failure(f"{sentence} {way_out(value, asked)}".rstrip())


def way_out(value: object, asked: str) -> str:
    """One sentence on how a value of the wrong kind usually comes about, or an empty one."""
    if value is None:
        return "Does every path through your function end in `return`?"
    if is_handle(value):
        return handle_way_out(value)
    if "NumPy array" in asked:
        return array_way_out(value)
    if "tensor" in asked and type(value) in (list, tuple, np.ndarray, int, float):
        return "Stay with torch operations, or use `torch.as_tensor(...)`."
    if "number" in asked and is_tensor(value):
        return "`.item()` gives the number that a tensor of one entry holds."
    return ""


def array_way_out(value: object) -> str:
    """How to come from a list, tuple or tensor to an array."""
    if type(value) is list:
        return "`np.array(...)` makes an array of a list."
    if type(value) is tuple:
        return "Commas between values make a tuple; return only the array."
    return "`.detach().numpy()` makes an array of a tensor." if is_tensor(value) else ""


def handle_way_out(value: Any) -> str:
    """How functions and iterators usually come to be returned by mistake."""
    if str(value.kind) == "function":
        return "Are the parentheses of a call missing?"
    if str(value.kind) == "iterator":
        return "Collect its items, for instance with `list(...)`."
    return ""
