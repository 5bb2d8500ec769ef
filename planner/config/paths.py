"""`path` and `terraform.workspace`: where the configuration is, as expressions see it."""

import os
from dataclasses import dataclass

from planner.config.declarations import Module
from planner.lang.values import Value, make_object, make_text

__all__ = ["PathNames"]


@dataclass(frozen=True, slots=True)
class PathNames:
    """The values of `path.…`; `root` is the directory of the configuration, as the command was given it."""

    root: str
    workspace: str

    def name_paths(self, module: Module) -> Value:
        """Return `path` in an expression of `module`: as in Terraform, from the directory of the configuration on."""
        paths = {"module": module.label.rstrip("/") or ".", "root": ".", "cwd": os.path.abspath(self.root)}  # noqa: PTH100 - a text is wanted
        return make_object({name: make_text(path) for name, path in paths.items()})

    def name_workspace(self) -> Value:
        """Return `terraform`, for expressions that come from there: it knows the name of the workspace."""
        return make_object({"workspace": make_text(self.workspace)})
