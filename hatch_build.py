"""Build hook: bundles the web assets and compiles the catalogues before the package is assembled.

An editable install goes on without assets when they cannot be built (pages are plain then, and `forecourt check` says so); a wheel
does not, unless FORECOURT_NO_ASSETS=1 says that this is meant.
"""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ForecourtBuildHook(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        self._module("translations").compile_catalogues()
        assets = self._module("assets")
        try:
            assets.build()
        except assets.AssetsError as problem:
            if version != "editable" and os.environ.get("FORECOURT_NO_ASSETS") != "1":
                raise
            self.app.display_warning(f"Web assets were not built: {problem}")
        if version != "editable":
            build_data["force_include"][str(Path(self.root) / "methodology")] = "forecourt/methodology"

    def _module(self, name: str) -> ModuleType:
        """A module of the package, loaded by its path: the package's own requirements are not installed here."""
        path = Path(self.root) / "src" / "forecourt" / "web" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(f"_forecourt_{name}", path)
        if spec is None or spec.loader is None:
            raise ImportError(f"{path} cannot be loaded.")
        module = importlib.util.module_from_spec(spec)
        # A dataclass looks its module up by name while the class body runs.
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        return module
