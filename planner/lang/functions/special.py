"""The functions that look at an expression and not at its value alone: `try`, `can`, and `type`.

Data only: what they do is in `planner.lang.call_expressions`, and in the console, which alone has `type`.
"""

from planner.lang.functions.signature import Example, Function, Parameter
from planner.lang.types import BOOL, DYNAMIC
from planner.lang.values import UNKNOWN, Value

__all__ = ["CAN", "TRY", "TYPE"]


def _give_nothing(*_: object) -> Value:
    return UNKNOWN


TRY = Function(
    name="try",
    summary="Gives the first of its arguments that comes to a value.",
    variadic=Parameter(name="expressions", type=DYNAMIC),
    returns=DYNAMIC,
    compute=_give_nothing,
    examples=(
        Example(expression='try({ a = 1 }.b, "none")', result='"none"'),
        Example(expression='try(tonumber("12"), 0)', result="12"),
    ),
)
CAN = Function(
    name="can",
    summary="Tells whether its argument comes to a value.",
    parameters=(Parameter(name="expression", type=DYNAMIC),),
    returns=BOOL,
    compute=_give_nothing,
    examples=(Example(expression='can(regex("^m5", "r5.large"))', result="false"),),
)
TYPE = Function(
    name="type",
    summary="Shows the type of a value; it is there in `planner console` alone.",
    parameters=(Parameter(name="value", type=DYNAMIC),),
    returns=DYNAMIC,
    compute=_give_nothing,
    examples=(Example(expression='type(["a", 1])', result="tuple([\n    string,\n    number,\n])"),),
)
