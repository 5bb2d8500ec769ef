"""The functions `yamldecode` and `yamlencode`.

What they read and write is Terraform's YAML: mostly 1.1, without types of its own. Refuses what is too large.
"""

from collections.abc import Sequence

from planner.lang.functions.arguments import check_size
from planner.lang.functions.signature import Environment, Example, Function, Parameter
from planner.lang.functions.yaml_writing import write_yaml
from planner.lang.types import DYNAMIC, STRING, Type
from planner.lang.values import Value, is_wholly_known, make_text, make_unknown, text_of

__all__ = ["FUNCTIONS"]


def _yamldecode(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    from planner.lang.functions.yaml_reading import parse_yaml  # noqa: PLC0415 - loads PyYAML: only for who reads YAML

    return parse_yaml(text_of(arguments[0]))


def _yamlencode(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    if not is_wholly_known(arguments[0]):
        return make_unknown(STRING)
    text = write_yaml(arguments[0])
    check_size(len(text))
    return make_text(text)


FUNCTIONS = (
    Function(
        name="yamldecode",
        summary="Reads a YAML document: mappings are objects, sequences tuples.",
        parameters=(Parameter(name="src", type=STRING),),
        returns=DYNAMIC,
        compute=_yamldecode,
        examples=(
            Example(
                expression=r'yamldecode("name: hot\nsizes: [1, 2]\nready: yes")',
                result='{\n  "name" = "hot"\n  "ready" = true\n  "sizes" = [\n    1,\n    2,\n  ]\n}',
            ),
        ),
        is_slow=True,
    ),
    Function(
        name="yamlencode",
        summary="Writes a value as YAML; what yamldecode makes of it may have other types.",
        parameters=(Parameter(name="value", type=DYNAMIC, takes_null=True, takes_dynamic=True),),
        returns=STRING,
        compute=_yamlencode,
        examples=(
            Example(
                expression='yamlencode({ name = "hot", sizes = [1, 2] })',
                result='<<EOT\n"name": "hot"\n"sizes":\n- 1\n- 2\n\nEOT',
            ),
        ),
    ),
)
