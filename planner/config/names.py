"""Names: whether what an expression refers to is there, checked before anything is evaluated, in dead branches too.

Refuses each name that nothing declares, with the one that was probably meant.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from planner.config.declarations import Module, Repetition
from planner.lang.references import Position, Reference, Step, format_reference
from planner.lang.suggest import suggest
from planner.model.diagnostics import Diagnostic
from schemas.fields import Field, cluster_field, find_child

__all__ = ["Permit", "check_references", "describe_module"]

_PATHS = ("cwd", "module", "root")


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """What an expression may refer to beside what its module declares: `each`, `count` and `self`."""

    repetition: Repetition | None = None
    has_self: bool = False


def check_references(
    references: Iterable[Reference], module: Module, permit: Permit, is_lost: Callable[[str], bool]
) -> Iterator[Diagnostic]:
    """Yield a message for each of `references` that leads to nothing; `is_lost` knows names that could not be read."""
    for reference in references:
        yield from _check(reference, module, permit, is_lost)


def describe_module(module: Module) -> str:
    """Return the words for `module` in a message."""
    return f"module.{'.module.'.join(module.path)}" if module.path else "the root module"


def _check(
    reference: Reference, module: Module, permit: Permit, is_lost: Callable[[str], bool]
) -> Iterator[Diagnostic]:
    match reference.root:
        case "var" | "local" | "module" | "cluster":
            yield from _check_declared(reference, module, is_lost)
        case "each":
            yield from _check_each(reference, permit)
        case "count":
            yield from _check_count(reference, permit)
        case "self":
            if not permit.has_self:
                yield _invalid_self(reference)
        case "path":
            yield from _check_member(reference, _PATHS)
        case "terraform":
            yield from _check_member(reference, ("workspace",))
        case _:
            yield _unknown_root(reference, module)


def _check_declared(reference: Reference, module: Module, is_lost: Callable[[str], bool]) -> Iterator[Diagnostic]:
    name = reference.name
    declared: Mapping[str, object]
    match reference.root:
        case "var":
            declared = module.variables
        case "local":
            declared = module.locals
        case "module":
            declared = module.calls
        case _:
            declared = {**module.clusters, **{draft.address.name: draft for draft in module.bare}}
    if name is None:
        yield _whole_object(reference)
    elif name not in declared:
        if not is_lost(name):
            yield _undeclared(reference, name, declared, module)
    elif reference.root == "module":
        yield from _check_module(reference, module, name)
    elif reference.root == "cluster":
        yield from _check_cluster(reference, module, name)


def _check_module(reference: Reference, module: Module, name: str) -> Iterator[Diagnostic]:
    call, child = module.calls[name], module.children.get(name)
    problem, steps = _check_key(reference, call.repetition, f"module.{name}", "module")
    if problem is not None:
        yield problem
    elif child is not None and steps and isinstance(steps[0], str) and steps[0] not in child.outputs:
        yield Diagnostic(
            code="unsupported-attribute",
            summary="Unsupported attribute",
            detail=f'module.{name} has no output named "{steps[0]}".{suggest(steps[0], child.outputs)} Declare it '
            "there, or correct the name.",
            span=reference.spans[len(reference.steps) - len(steps)],
        )


def _check_cluster(reference: Reference, module: Module, name: str) -> Iterator[Diagnostic]:
    block = module.clusters.get(name)
    problem, steps = _check_key(reference, block.repetition if block else None, f"cluster.{name}", "cluster")
    if problem is not None:
        yield problem
        return
    field: Field | None = cluster_field()
    for at, step in enumerate(steps):
        if not isinstance(step, str) or field is None or field.kind != "object" or field.others is not None:
            return
        child = find_child(field, step)
        if child is None:
            yield Diagnostic(
                code="unsupported-attribute",
                summary="Unsupported attribute",
                detail=f'A cluster has no "{step}" here.{suggest(step, field.fields)} Use a name of the API.',
                span=reference.spans[len(reference.steps) - len(steps) + at],
            )
        field = child


def _check_key(
    reference: Reference, repetition: Repetition | None, what: str, kind: str
) -> tuple[Diagnostic | None, tuple[Step, ...]]:
    """Return what is wrong with the position behind a name, if anything, and the steps behind it."""
    steps = reference.steps[1:]
    if not steps:
        return None, ()
    has_key = isinstance(steps[0], Position)
    if repetition is None and has_key:
        return _unexpected_key(reference, what, kind), ()
    if repetition is not None and not has_key:
        return _missing_key(reference, repetition, what, kind), ()
    return None, steps[1:] if has_key else steps


def _check_each(reference: Reference, permit: Permit) -> Iterator[Diagnostic]:
    if permit.repetition is None or permit.repetition.kind != "for_each":
        yield Diagnostic(
            code="invalid-each",
            summary='Reference to "each" in context without for_each',
            detail='The "each" object can be used only in blocks that set "for_each". Set it, or write the value.',
            span=reference.span,
        )
    else:
        yield from _check_member(reference, ("key", "value"))


def _check_count(reference: Reference, permit: Permit) -> Iterator[Diagnostic]:
    if permit.repetition is None or permit.repetition.kind != "count":
        yield Diagnostic(
            code="invalid-count-reference",
            summary='Reference to "count" in non-counted context',
            detail='The "count" object can be used only in blocks that set "count". Set it, or write the value itself.',
            span=reference.span,
        )
    else:
        yield from _check_member(reference, ("index",))


def _check_member(reference: Reference, names: tuple[str, ...]) -> Iterator[Diagnostic]:
    if reference.name in names:
        return
    root = reference.root
    known = " and ".join(f"{root}.{name}" for name in names)
    if not reference.steps:
        yield Diagnostic(
            code="invalid-reference",
            summary="Invalid reference",
            detail=f'The "{root}" object cannot be accessed directly. Use {known}.',
            span=reference.span,
        )
        return
    yield Diagnostic(
        code="invalid-reference",
        summary=f'Invalid "{root}" attribute',
        detail=f'The "{root}" object has no attribute named "{reference.name}".{suggest(reference.name or "", names)} '
        f"Use {known}.",
        span=reference.span,
    )


def _whole_object(reference: Reference) -> Diagnostic:
    root = reference.root
    if root in {"module", "cluster"}:
        what = "module call" if root == "module" else "cluster"
        detail = f'The "{root}" object cannot be accessed directly. Name one {what}, as in {root}.NAME.'
        return Diagnostic(code="invalid-reference", summary="Invalid reference", detail=detail, span=reference.span)
    what = "variable" if root == "var" else "local value"
    return Diagnostic(
        code="invalid-reference",
        summary="Invalid reference",
        detail=f'The "{root}" object cannot be used as a whole. Name one {what}, as in {root}.NAME.',
        span=reference.span,
    )


def _undeclared(reference: Reference, name: str, declared: Iterable[str], module: Module) -> Diagnostic:
    hint = suggest(name, declared)
    match reference.root:
        case "var":
            code, summary = "undeclared-variable", "Reference to undeclared input variable"
            detail = (
                f'An input variable with the name "{name}" has not been declared.{hint} Declare it with a variable '
                f'"{name}" {{}} block, or correct the name.'
            )
        case "local":
            code, summary = "undeclared-local", "Reference to undeclared local value"
            detail = (
                f'A local value with the name "{name}" has not been declared.{hint} Declare it in a locals {{}} block, '
                "or correct the name."
            )
        case "module":
            code, summary = "undeclared-module", "Reference to undeclared module"
            detail = (
                f'No module call named "{name}" is declared in {describe_module(module)}.{hint} Declare it with a '
                f'module "{name}" {{}} block, or correct the name.'
            )
        case _:
            code, summary = "unknown-dependency", "Reference to undeclared cluster"
            detail = (
                f'A cluster with the name "{name}" has not been declared in {describe_module(module)}.{hint} Declare '
                f'it with a cluster "{name}" {{}} block, or correct the name.'
            )
    return Diagnostic(code=code, summary=summary, detail=detail, span=reference.span)


def _unknown_root(reference: Reference, module: Module) -> Diagnostic:
    root = reference.root
    hint = suggest(root, ("cluster", "count", "each", "local", "module", "path", "self", "var"))
    if root in {"data", "resource"} or reference.name is not None:
        return Diagnostic(
            code="unknown-root",
            summary="Reference to undeclared resource",
            detail=f"{format_reference(reference)} refers to something that {describe_module(module)} does not have: "
            f"there are variables (var.), local values (local.), clusters (cluster.) and modules (module.).{hint}"
            " Correct the name.",
            span=reference.span,
        )
    return Diagnostic(
        code="invalid-reference",
        summary="Invalid reference",
        detail=f'"{root}" alone refers to nothing.{hint} Write var.{root} for a variable, local.{root} for a local '
        "value, or put it in quotes if it is text.",
        span=reference.span,
    )


def _invalid_self(reference: Reference) -> Diagnostic:
    return Diagnostic(
        code="invalid-self",
        summary='Invalid "self" reference',
        detail='The "self" object can be used only in postconditions, and stands for the cluster there. Name it.',
        span=reference.span,
    )


def _unexpected_key(reference: Reference, what: str, kind: str) -> Diagnostic:
    return Diagnostic(
        code="unexpected-instance-key",
        summary=f"Unexpected {'resource' if kind == 'cluster' else kind} instance key",
        detail=f'{what} sets neither "count" nor "for_each", so there is one of it. Remove the key in brackets.',
        span=reference.spans[1],
    )


def _missing_key(reference: Reference, repetition: Repetition, what: str, kind: str) -> Diagnostic:
    example = f"{what}[count.index]" if repetition.kind == "count" else f"{what}[each.key]"
    return Diagnostic(
        code="missing-instance-key",
        summary=f"Missing {'resource' if kind == 'cluster' else kind} instance key",
        detail=f'{what} sets "{repetition.kind}", so there may be several of it. Name one instance, for example '
        f"{example}, or all of them: {what}[*].",
        span=reference.spans[0],
    )
