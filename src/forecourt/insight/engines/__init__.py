"""One port for work on buckets, and the engines behind it: in process, Ray, Spark. No Django here.

    from forecourt.insight.engines import engine
    from forecourt.insight.engines.works import counting

    for result in engine("ray", address="auto").run(counting("copy"), range(64)):
        print(result.bucket, result.value)

Importing this loads none of the engines, and none of pyarrow, polars or numba either.
"""

from forecourt.insight.engines.choosing import engine
from forecourt.insight.engines.port import BucketFailed
from forecourt.insight.engines.port import BucketResult
from forecourt.insight.engines.port import Engine
from forecourt.insight.engines.port import EngineError
from forecourt.insight.engines.port import EngineMissing
from forecourt.insight.engines.port import Work

__all__ = ["BucketFailed", "BucketResult", "Engine", "EngineError", "EngineMissing", "Work", "engine"]
