"""Torch tensors to frames and back."""

import struct
from typing import Any

import msgpack
import pytest

from grader.wire.decoding import decode
from grader.wire.encoding import encode
from grader.wire.tree import Tag, WireError

torch = pytest.importorskip("torch")

DTYPES = [
    "bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64", "complex64",
    "complex128",
]  # fmt: skip
A = torch.arange(24.0).reshape(2, 3, 4)
TENSORS = {
    "transposed": A.permute(2, 0, 1),
    "strided": A[:, ::2, 1:],
    "broadcast": torch.ones(1, 3).expand(4, 3),
    "no dimension": torch.tensor(3.5),
    "no entry": torch.empty(0, 3),
    "conjugated": torch.tensor([1 + 2j]).conj(),
    "negated lazily": torch.tensor([1 + 2j]).conj().imag,
    "one entry of many": A[1, 1, 1:2],
}


def refuse(thing: object) -> Any:
    raise WireError(f"a {type(thing).__name__}")


def round_trip(value: object) -> Any:
    return decode(encode(value, refuse), refuse)


def frame(tree: object, data: bytes = b"") -> bytes:
    packed = msgpack.packb(tree)
    return struct.pack("<I", len(packed)) + packed + data


@pytest.mark.parametrize("name", DTYPES)
@pytest.mark.parametrize("shape", [(), (3,), (2, 0), (2, 3)])
def test_every_dtype_crosses(name: str, shape: tuple[int, ...]) -> None:
    tensor = (torch.randn(shape, generator=torch.Generator().manual_seed(0)) * 3).to(getattr(torch, name))

    came = round_trip(tensor)

    assert (came.dtype, came.shape) == (tensor.dtype, tensor.shape)
    assert torch.equal(came, tensor)


@pytest.mark.parametrize("tensor", TENSORS.values(), ids=TENSORS)
def test_every_layout_of_memory_crosses(tensor: Any) -> None:
    came = round_trip(tensor)

    assert torch.equal(came, tensor)
    assert came.is_contiguous()


@pytest.mark.parametrize("requires_grad", [True, False])
def test_whether_a_gradient_is_wanted_crosses(requires_grad: bool) -> None:
    came = round_trip(torch.zeros(2, requires_grad=requires_grad))

    assert came.requires_grad is requires_grad
    assert came.is_leaf


def test_a_parameter_comes_as_a_tensor() -> None:
    came = round_trip(torch.nn.Parameter(torch.ones(2)))

    assert type(came) is torch.Tensor
    assert came.requires_grad


def test_a_result_comes_without_what_it_was_computed_from() -> None:
    assert round_trip(torch.ones(2, requires_grad=True) * 2).grad_fn is None


def test_a_size_comes_as_a_tuple() -> None:
    assert round_trip(torch.zeros(2, 3).shape) == (2, 3)


@pytest.mark.parametrize(
    ("tensor", "refused"),
    [
        (torch.zeros(3).to_sparse(), "layout torch.sparse_coo"),
        (torch.empty(2, device="meta"), "on meta"),
        (torch.zeros(2).to(torch.float8_e4m3fn), "of dtype float8_e4m3fn"),
        (torch.zeros(2).as_subclass(type("Mine", (torch.Tensor,), {})), "a Mine"),
    ],
)
def test_what_does_not_cross_says_why(tensor: Any, refused: str) -> None:
    with pytest.raises(WireError, match=refused):
        encode(tensor, refuse)


FORGED = {
    "a tensor of 7 TiB": frame([Tag.TENSOR, "float64", [1 << 40], 0, False]),
    "an attribute of torch that is no dtype": frame([Tag.TENSOR, "load", [1], 0, False], bytes(8)),
    "many empty extents": frame([Tag.TENSOR, "float32", [0, *[1 << 20] * 30], 0, False]),
    "the gradient of integers": frame([Tag.TENSOR, "int64", [1], 0, True], bytes(8)),
    "half an entry": frame([Tag.TENSOR, "float64", [1], 0, False], bytes(4)),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_forged_tensor_comes_to_nothing(forged: bytes) -> None:
    with pytest.raises(WireError):
        decode(forged, refuse)


def test_the_weight_of_a_tensor_counts_what_torch_keeps_beside_its_entries() -> None:
    weights: list[int] = []
    decode(encode([torch.tensor(1.0, requires_grad=True)] * 1000, refuse), refuse, weights.append)

    assert weights[0] >= 1000 * 1024
