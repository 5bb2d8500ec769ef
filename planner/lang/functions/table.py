"""The table of functions: which module has each, loaded when somebody asks for one of its functions.

A configuration that calls nothing imports none of them. Knows the functions of Terraform that are left out, and why.
"""

from collections.abc import Mapping
from functools import cache
from types import ModuleType

from planner.lang.functions.signature import Function

__all__ = ["FUNCTION_NAMES", "GROUPS", "LEFT_OUT", "REMOVED", "find_function"]

GROUPS: Mapping[str, tuple[str, ...]] = {
    "numbers": ("abs", "ceil", "floor", "log", "max", "min", "parseint", "pow", "signum", "sum"),
    "strings": (
        *("chomp", "endswith", "indent", "join", "lower", "split", "startswith", "strcontains", "strrev", "substr"),
        *("title", "trim", "trimprefix", "trimspace", "trimsuffix", "upper"),
    ),
    "patterns": ("regex", "regexall", "replace"),
    "formatting": ("format", "formatlist"),
    "sequences": ("chunklist", "compact", "concat", "distinct", "flatten", "range", "reverse", "slice", "sort"),
    "searching": ("alltrue", "anytrue", "coalesce", "coalescelist", "contains", "element", "index", "length", "one"),
    "mappings": ("keys", "lookup", "matchkeys", "merge", "transpose", "values", "zipmap"),
    "set_functions": ("setintersection", "setproduct", "setsubtract", "setunion"),
    "converting": (
        *("ephemeralasnull", "issensitive", "jsondecode", "jsonencode", "nonsensitive", "sensitive"),
        *("tobool", "tolist", "tomap", "tonumber", "toset", "tostring"),
    ),
    "encoding": (
        *("base64decode", "base64encode", "base64gzip", "csvdecode", "textdecodebase64", "textencodebase64"),
        "urlencode",
    ),
    "yaml_text": ("yamldecode", "yamlencode"),
    "hashing": (
        *("base64sha256", "base64sha512", "filebase64sha256", "filebase64sha512", "filemd5", "filesha1"),
        *("filesha256", "filesha512", "md5", "sha1", "sha256", "sha512"),
    ),
    "dates": ("formatdate", "plantimestamp", "timeadd", "timecmp", "timestamp"),
    "networks": ("cidrhost", "cidrnetmask", "cidrsubnet", "cidrsubnets"),
    "identifiers": ("uuid", "uuidv5"),
    "file_functions": (
        *("abspath", "basename", "dirname", "file", "filebase64", "fileexists", "fileset", "pathexpand"),
        *("templatefile", "templatestring"),
    ),
}
"""The functions by the module that has them; `try`, `can` and `type` are the evaluator's own."""

LEFT_OUT: Mapping[str, str] = {
    "bcrypt": "it gives another result each time, so that no cluster could be given it",
    "rsadecrypt": "a private key would have to stand beside the configuration",
}
"""Functions of Terraform that are not here, and why."""

REMOVED: Mapping[str, str] = {"list": "tolist([ ... ])", "map": "tomap({ ... })"}
"""Functions that Terraform had once, and what to write in their place."""

_MODULES = {name: module for module, names in GROUPS.items() for name in names}

FUNCTION_NAMES: frozenset[str] = frozenset(_MODULES)


def find_function(name: str) -> Function | None:
    """Return the function called `name`, or None where there is none."""
    module = _MODULES.get(name)
    return _load(module).get(name) if module is not None else None


@cache
def _load(module: str) -> Mapping[str, Function]:
    from importlib import import_module  # noqa: PLC0415 - only a call pays for it

    loaded: ModuleType = import_module(f"planner.lang.functions.{module}")
    functions: tuple[Function, ...] = loaded.FUNCTIONS
    return {function.name: function for function in functions}
