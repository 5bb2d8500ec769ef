"""The whole sweep: every fault at every call, and the table of results for docs/reliability.md."""

import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import monotonic

from tests.faults.judging import Verdict, try_fault
from tests.faults.scene import open_stage
from tests.faults.tracing import SIGNALS, Fault, count_calls, explain_absence, list_faults

_PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
_BEGIN, _END = "<!-- sweep: begin -->\n", "<!-- sweep: end -->\n"
_WORKERS = 2


def _sweep(faults: list[Fault]) -> list[Verdict]:
    with tempfile.TemporaryDirectory() as place, open_stage(Path(place)) as stage:
        verdicts = []
        for number, fault in enumerate(faults, 1):
            verdicts.append(try_fault(stage, fault))
            for wrong in verdicts[-1].wrong:
                print(f"{fault}: {wrong}", flush=True)  # noqa: T201 - this is a tool
            if number % 25 == 0:
                print(f"{number} of {len(faults)}", flush=True)  # noqa: T201 - likewise
        return verdicts


def main() -> int:
    """Run the sweep, write the table, and return 1 if anything went wrong."""
    absence = explain_absence()
    if absence is not None:
        print(f"No sweep: {absence}.")  # noqa: T201 - likewise
        return 1
    began = monotonic()
    with tempfile.TemporaryDirectory() as place, open_stage(Path(place)) as stage:
        faults = list_faults(count_calls(stage))
    if len(sys.argv) > 1:
        faults = [fault for fault in faults if sys.argv[1] in str(fault)]
    shares = [faults[number::_WORKERS] for number in range(_WORKERS)]
    with ProcessPoolExecutor(_WORKERS) as pool:
        verdicts = [verdict for share in pool.map(_sweep, shares) for verdict in share]
    table = _write_table(verdicts)
    print(table)  # noqa: T201 - likewise
    print(f"{len(verdicts)} faults in {monotonic() - began:.0f} s")  # noqa: T201 - likewise
    if len(sys.argv) == 1:
        text = _PAGE.read_text(encoding="utf-8")
        head, _, rest = text.partition(_BEGIN)
        _PAGE.write_text(head + _BEGIN + table + _END + rest.partition(_END)[2], encoding="utf-8")
    return 1 if any(verdict.wrong for verdict in verdicts) else 0


def _write_table(verdicts: list[Verdict]) -> str:
    rows = ["| call | fault | places | how the apply ended | after the next apply |", "| --- | --- | --- | --- | --- |"]
    for call, what in dict.fromkeys((verdict.fault.call, verdict.fault.what) for verdict in verdicts):
        found = [one for one in verdicts if (one.fault.call, one.fault.what) == (call, what)]
        codes = Counter(one.code for one in found)
        ends = ", ".join(f"{_name_end(code, what)} {number} times" for code, number in sorted(codes.items()))
        wrong = sum(bool(one.wrong) for one in found)
        rows.append(f"| `{call}` | {what} | {len(found)} | {ends} | {'as wanted' if not wrong else f'{wrong} wrong'} |")
    return "\n".join(rows) + "\n"


def _name_end(code: int, what: str) -> str:
    return "killed" if what in SIGNALS and code < 0 else f"exit {code}"


if __name__ == "__main__":
    sys.exit(main())
