"""The numbers on the page about limits are those of the code, and each stands on the page once."""

import re
from pathlib import Path

from planner.config.evaluation import INSTANCES_LIMIT
from planner.config.files import _LARGEST as LARGEST_FILE
from planner.config.function_files import FILE_LIMIT, LOOKING_LIMIT, READING_LIMIT
from planner.config.module_files import _DEPTH_LIMIT as MODULE_DEPTH
from planner.config.module_files import CALL_LIMIT
from planner.config.order import DEPENDENCY_LIMIT
from planner.config.repetition import INSTANCE_LIMIT
from planner.lang.functions.arguments import ELEMENT_LIMIT
from planner.lang.functions.arguments import TEXT_LIMIT as FUNCTION_TEXT
from planner.lang.functions.globbing import ENTRY_LIMIT
from planner.lang.functions.sequences import _RANGE_LIMIT as RANGE_LIMIT
from planner.lang.layout import DEPTH_LIMIT
from planner.lang.number import PRECISION
from planner.lang.numerals import NUMBER_LIMIT
from planner.lang.parse import MISTAKE_LIMIT, SIGN_LIMIT
from planner.lang.scope import EXPRESSION_STEPS, RUN_STEPS, RUN_TEXT, TEXT_LIMIT, VALUE_DEPTH, VALUE_PARTS

PAGE = Path(__file__).parents[2] / "docs" / "language" / "limits.md"
MIB = 1024 * 1024


def test_the_limits_on_the_page_are_those_of_the_code() -> None:
    rows = re.findall(r"^\| .* \| ([\d,]+)( MiB)? \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number.replace(",", "")) * (MIB if unit else 1) for number, unit in rows] == [
        LARGEST_FILE,
        SIGN_LIMIT,
        MISTAKE_LIMIT,
        DEPTH_LIMIT,
        NUMBER_LIMIT,
        PRECISION,
        VALUE_DEPTH,
        VALUE_PARTS,
        EXPRESSION_STEPS,
        RUN_STEPS,
        TEXT_LIMIT,
        RUN_TEXT,
        FUNCTION_TEXT,
        ELEMENT_LIMIT,
        RANGE_LIMIT,
        FILE_LIMIT,
        READING_LIMIT,
        ENTRY_LIMIT,
        LOOKING_LIMIT,
        INSTANCE_LIMIT,
        INSTANCES_LIMIT,
        CALL_LIMIT,
        MODULE_DEPTH,
        DEPENDENCY_LIMIT,
    ]
