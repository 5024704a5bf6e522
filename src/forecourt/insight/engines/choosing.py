"""An engine by its name; what it stands on is imported when it runs."""

from importlib import import_module
from importlib.util import find_spec

from forecourt.base.diagnostics import near_misses
from forecourt.insight.engines.port import Engine
from forecourt.insight.engines.port import EngineError
from forecourt.insight.engines.port import EngineMissing

# name: (module here, class, package it stands on)
ENGINES = {
    "in-process": ("in_process", "InProcess", ""),
    "ray": ("on_ray", "OnRay", "ray"),
    "spark": ("on_spark", "OnSpark", "pyspark"),
}


def engine(name: str = "in-process", *, address: str | None = None, workers: int | None = None) -> Engine:
    """Return the engine of that name.

    `address` is that of a cluster: of Ray (`auto`, `10.0.0.1:6379`), or a master of Spark (`spark://…`, `yarn`, `local-cluster[2,1,1800]`);
    without it a cluster of this machine alone is started, or the one used that has submitted this program. `workers` bounds how
    many buckets are worked on at once; without it as many as there are processors. Raises EngineError for an unknown
    name and an address that the engine cannot have, EngineMissing when the extra is not installed.
    """
    if name not in ENGINES:
        near = near_misses(name, ENGINES) or tuple(ENGINES)
        raise EngineError(f"There is no engine {name!r}; did you mean {' or '.join(near)}?")
    if workers is not None and workers < 1:
        raise EngineError(f"{workers} workers cannot work; give 1 or more.")
    module, made, needs = ENGINES[name]
    if needs and find_spec(needs) is None:
        raise EngineMissing(
            f"The engine {name} needs the extra of the same name. Install it: pip install 'forecourt[{name}]'"
        )
    if not needs and address is not None:
        raise EngineError(f"The engine {name} has no address; leave out {address!r} or choose ray or spark.")
    arguments = {"address": address} if needs else {}
    found: Engine = getattr(import_module(f"forecourt.insight.engines.{module}"), made)(
        **arguments, workers=workers
    )
    return found
