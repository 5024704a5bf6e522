"""What every engine does: take one piece of work to each bucket and bring the results back, in the order of the buckets.

The work names a function of a module and its arguments, so that it travels to another process or machine as plain data. What it
gives depends on the bucket and the arguments only; that is why all engines give the same.

    EngineError
      EngineMissing   the engine, or what it stands on, is not installed
      BucketFailed    the work raised an error on a bucket
"""

import pickle
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from typing import Protocol


class EngineError(Exception):
    """An engine cannot do what it was asked for. The text says what to do."""


class EngineMissing(EngineError):
    """The engine, or what it stands on, is not installed here."""


class BucketFailed(EngineError):
    """The work raised an error on a bucket; the text names the bucket, the kind of error and its text."""

    def __init__(self, bucket: int, what: str) -> None:
        super().__init__(f"bucket {bucket}: {what}")
        self.bucket = bucket


@dataclass(frozen=True)
class Work:
    """A function of a module (`package.module:function`) and its arguments. Make one with `Work.of`.

    Called with a bucket it imports the function and calls it with the bucket and the arguments.
    """

    function: str
    arguments: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, function: Callable[..., Any], **arguments: Any) -> "Work":
        """Return the work of calling `function(bucket, **arguments)`. ValueError unless it stands in a module by its name."""
        name = f"{function.__module__}:{function.__qualname__}"
        if "." in function.__qualname__ or function.__module__ == "__main__":
            raise ValueError(
                f"{name} cannot be found by its name on another machine; put the function into a module, not into a class, "
                "another function or a script"
            )
        return cls(name, tuple(sorted(arguments.items())))

    def __call__(self, bucket: int) -> Any:
        module, _, name = self.function.partition(":")
        return getattr(import_module(module), name)(bucket, **dict(self.arguments))


@dataclass(frozen=True)
class BucketResult:
    """What the work gave for one bucket."""

    bucket: int
    value: Any


class Engine(Protocol):
    """Runs work on buckets. Results come in the order of `buckets`, as soon as they and all before them are there.

    Raises BucketFailed for the first bucket, in that order, on which the work raises. Keeps a bounded number of buckets in flight.
    """

    name: str

    def run(self, work: Work, buckets: Sequence[int]) -> Iterator[BucketResult]:
        """Yield the result of `work` for each bucket."""
        ...


def packed(work: Work, bucket: int) -> bytes:
    """Do the work on one bucket where it is to be done; the result, or the error's text, as bytes for the way back."""
    found: tuple[int, Any, str | None]
    try:
        found = (bucket, work(bucket), None)
    except Exception as error:  # noqa: BLE001 - told to whoever asked, wherever they are
        found = (bucket, None, f"{type(error).__name__}: {error}")
    return pickle.dumps(found, protocol=5)


def unpacked(data: bytes) -> BucketResult:
    """The result in what `packed` made on a machine of the same installation. Raises BucketFailed when the work raised."""
    bucket, value, problem = pickle.loads(data)  # noqa: S301 - made by our own workers
    if problem is not None:
        raise BucketFailed(bucket, problem)
    return BucketResult(bucket, value)
