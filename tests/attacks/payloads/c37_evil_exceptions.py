# C37, C38: exceptions whose text, class, arguments and traceback are traps. Each case raises another one.
import sys


class Looping(Exception):
    def __str__(self):
        while True:
            pass


class Printing(Exception):
    def __str__(self):
        print("##RESULT## 100")
        return "\x1b[2J" * 1000 + "<script>alert(1)</script>"

    __repr__ = __str__


class Raising(Exception):
    def __str__(self):
        raise SystemExit(0)

    @property
    def args(self):
        raise KeyboardInterrupt

    @property
    def __class__(self):
        raise RuntimeError

    @property
    def __traceback__(self):
        raise RuntimeError


class Meta(type):
    @property
    def __name__(cls):
        raise RuntimeError("no name")

    @property
    def __mro__(cls):
        return (int, 5)


class Nameless(Exception, metaclass=Meta):
    pass


class TimedOut(Exception):
    pass


class NoSandboxError(ConnectionError):
    pass


class BenchError(RuntimeError):
    pass


class Text(str):
    def __getitem__(self, key):
        return "x" * 10_000_000

    def __str__(self):
        return self


class Long(Exception):
    def __str__(self):
        return Text("y" * 50_000_000)


def deep():
    raise RecursionError("\n".join(['File "test_hidden.py", line 1'] * 1000))


def chained():
    error = ValueError("0")
    for number in range(2000):
        following = ValueError(str(number))
        following.__cause__ = error
        error = following
    error.__cause__.__context__ = error
    raise error


def grouped():
    raise BaseExceptionGroup("all", [SystemExit(1), KeyboardInterrupt()])


def forged():
    raise SyntaxError("forged", ("/work/test_hidden.py", 10**9, "x", "text"))


def forged_line():
    error = SyntaxError("forged")
    error.filename, error.lineno, error.msg = object(), True, object()
    raise error


def stop():
    raise StopIteration(4.5)


def compiled():
    exec(compile("\n" * 1_000_000 + "raise ValueError", "/tmp/submission/cases.py", "exec"), {})


RAISES = [Looping, Printing, Raising, Nameless, TimedOut, NoSandboxError, BenchError, Long, GeneratorExit, SystemExit]
RAISES += [
    KeyboardInterrupt,
    deep,
    chained,
    grouped,
    forged,
    forged_line,
    stop,
    compiled,
    AssertionError,
    ConnectionError,
]


def case(i):
    if i < len(RAISES):
        raised = RAISES[i]
        raise raised() if isinstance(raised, type) else raised()
    return i + 0.5
