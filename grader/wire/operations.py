"""What Python's own syntax and functions do with an object, by the special method that stands for it in a request."""

import builtins
import operator
from collections.abc import Callable
from typing import Any, Final

_BINARY: Final = "add sub mul matmul truediv floordiv mod pow lshift rshift and or xor".split()  # noqa: SIM905
_WORDS: Final = {"and": "and_", "or": "or_", "not": "not_"}  # that Python reserves


def _reflected(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda thing, other: function(other, thing)


def _exit(thing: Any, raised: str) -> bool:
    """Leave a `with` block, with an exception of the builtin type that ended it, or a RuntimeError for any other."""
    kind = getattr(builtins, raised, RuntimeError) if raised else None
    if not (isinstance(kind, type) and issubclass(kind, BaseException)):
        return bool(type(thing).__exit__(thing, None, None, None))
    return bool(type(thing).__exit__(thing, kind, kind(), None))


OPERATIONS: Final[dict[str, Callable[..., Any]]] = {
    **{f"__{name}__": getattr(operator, _WORDS.get(name, name)) for name in _BINARY},
    **{f"__r{name}__": _reflected(getattr(operator, _WORDS.get(name, name))) for name in _BINARY},
    **{f"__i{name}__": getattr(operator, f"i{name}") for name in _BINARY},
    **{f"__{name}__": getattr(operator, name) for name in ("eq", "ne", "lt", "le", "gt", "ge")},
    **{f"__{name}__": getattr(operator, name) for name in ("neg", "pos", "invert", "getitem", "setitem", "delitem")},
    "__divmod__": divmod,
    "__rdivmod__": _reflected(divmod),
    "__abs__": abs,
    "__round__": round,
    "__float__": float,
    "__int__": int,
    "__complex__": complex,
    "__index__": operator.index,
    "__bool__": bool,
    "__hash__": hash,
    "__repr__": repr,
    "__str__": str,
    "__len__": len,
    "__iter__": iter,
    "__reversed__": reversed,
    "__contains__": operator.contains,
    "__setattr__": setattr,
    "__enter__": lambda thing: type(thing).__enter__(thing),
    "__exit__": _exit,
}
"""By the name of the special method: what to do with the object, and the other operands where there are any."""
