"""What a plan says of the outputs, text for text as Terraform 1.11 shows the same change."""

from textwrap import dedent

from planner.model.desired import CheckResult
from planner.model.diagnostics import Diagnostic, Severity
from planner.model.outputs import OutputChange
from planner.model.plan import Action, Change, Plan, Precondition
from planner.model.spans import Span
from planner.render.plan_text import render_plan
from state.address import Address
from state.values import Json, Late, Output, Secret, Value

LATE = Late()
SECRET = Output(value=Secret("k1:9fe0"), type="string", is_sensitive=True)


def make_plan(*outputs: OutputChange, changes: tuple[Change, ...] = (), checks: tuple[CheckResult, ...] = ()) -> Plan:
    precondition = Precondition(endpoint="e", lineage=None, serial=0)
    return Plan(id="7f" * 32, precondition=precondition, changes=changes, outputs=outputs, checks=checks)


def side(value: Value | Output) -> Output | None:
    """Return one side of a change: None for none."""
    return value if isinstance(value, Output) or value is None else Output(value=value, type="any")


def show(**sides: tuple[Value | Output, Value | Output]) -> str:
    """Return what a plan says of outputs, each given as it was and as it will be."""
    outputs = [OutputChange(name=name, before=side(pair[0]), after=side(pair[1])) for name, pair in sides.items()]
    text = render_plan(make_plan(*outputs), color=False)
    head, _, rest = text.partition("Changes to Outputs:\n")
    assert head == "Plan pl-7f7f7f7f7f\n\n"
    shown, _, end = rest.partition("\n\n")
    assert end == "Applying this plan saves these outputs in the state and changes no cluster.\n"
    return f"{shown}\n"


def page(text: str) -> str:
    return "".join(f"  {line}\n" if line else "\n" for line in dedent(text).strip("\n").split("\n"))


def test_new_outputs_are_shown_whole() -> None:
    made: dict[str, Value | Output] = {
        "deep": {"l": [{"a": 1, "b": [{"c": 1}]}]},
        "emptyl": [],
        "emptym": {},
        "esc": 'a"b\\c${x}\ttab',
        "late": LATE,
        "list": ["a", "x1"],
        "longer_name": {"a": 1, "b c": [1, 2], "gone": None},
        "multi": "a\nb\n1\n",
        "num": 1.5,
        "pairs": [{"name": "a", "value": "b1"}, {"name": "c", "value": "d"}],
        "sec": SECRET,
        "sec_late": Output(value=LATE, type="string", is_sensitive=True),
        "yes": True,
    }
    assert show(**{name: (None, value) for name, value in made.items()}) == page(
        """
        + deep        = {
            + l = [
                + {
                    + a = 1
                    + b = [
                        + {
                            + c = 1
                          },
                      ]
                  },
              ]
          }
        + emptyl      = []
        + emptym      = {}
        + esc         = "a\\"b\\\\c${x}\\ttab"
        + late        = (known after apply)
        + list        = [
            + "a",
            + "x1",
          ]
        + longer_name = {
            + a     = 1
            + "b c" = [
                + 1,
                + 2,
              ]
            + gone  = null
          }
        + multi       = <<-EOT
              a
              b
              1
          EOT
        + num         = 1.5
        + pairs       = [
            + {
                + name  = "a"
                + value = "b1"
              },
            + {
                + name  = "c"
                + value = "d"
              },
          ]
        + sec         = (sensitive value)
        + sec_late    = (sensitive value)
        + yes         = true
        """
    )


def test_outputs_that_go_away_are_shown_whole() -> None:
    gone: dict[str, Value | Output] = {
        "deep": {"l": [{"a": 1}]},
        "emptym": {},
        "multi": "a\nb\n2\n",
        "num": 1.5,
        "sec": SECRET,
    }
    assert show(**{name: (value, None) for name, value in gone.items()}) == page(
        """
        - deep   = {
            - l = [
                - {
                    - a = 1
                  },
              ]
          } -> null
        - emptym = {} -> null
        - multi  = <<-EOT
              a
              b
              2
          EOT -> null
        - num    = 1.5 -> null
        - sec    = (sensitive value) -> null
        """
    )


def test_of_an_output_that_changes_the_difference_is_shown() -> None:
    assert show(
        deep=({"l": [{"a": 1, "b": [{"c": 1}]}]}, {"l": [{"a": 1, "b": [{"c": 2}]}]}),
        emptyl=([], {}),
        late=("90f8", LATE),
        list=(["a", "b", "c", "d", "x1"], ["a", "b", "c", "d", "x2"]),
        multi=("a\nb\n1\n", "a\nb\n2\n"),
        nulls=({"a": None, "b": 2}, {"a": 1, "b": None}),
        num=(1.5, "1.5"),
        obj=({"a": 1, "b": 2, "c": {"d": 1}}, {"b": 2}),
        pairs=([{"name": "a", "value": "b1"}], [{"name": "z", "value": "b0"}, {"name": "a", "value": "b1"}]),
        sec=(SECRET, Output(value=Secret("k1:0000"), type="string", is_sensitive=True)),
        tom=({"a": "x", "b": "y1"}, SECRET),
        unsec=(SECRET, "x"),
    ) == page(
        """
        ~ deep   = {
            ~ l = [
                ~ {
                    ~ b = [
                        ~ {
                            ~ c = 1 -> 2
                          },
                      ]
                      # (1 unchanged attribute hidden)
                  },
              ]
          }
        ~ emptyl = [] -> {}
        ~ late   = "90f8" -> (known after apply)
        ~ list   = [
              # (3 unchanged elements hidden)
              "d",
            ~ "x1" -> "x2",
          ]
        ~ multi  = <<-EOT
              a
              b
            - 1
            + 2
          EOT
        ~ nulls  = {
            ~ a = null -> 1
            ~ b = 2 -> null
          }
        ~ num    = 1.5 -> "1.5"
        ~ obj    = {
            - a = 1
            - c = {
                - d = 1
              }
              # (1 unchanged attribute hidden)
          }
        ~ pairs  = [
            + {
                + name  = "z"
                + value = "b0"
              },
              {
                  name  = "a"
                  value = "b1"
              },
          ]
        ~ sec    = (sensitive value)
        ~ tom    = (sensitive value)
        ~ unsec  = (sensitive value)
        """
    )


def test_a_value_of_many_lines_may_turn_into_one_of_a_single_line() -> None:
    assert show(
        deep=({"l": [1]}, "was deep"), multi=("a\nb\n", LATE), str=("x2", {"a": 1}), text=(None, "x"), void=({}, [1])
    ) == page(
        """
        ~ deep  = {
            - l = [
                - 1,
              ]
          } -> "was deep"
        ~ multi = <<-EOT
              a
              b
          EOT -> (known after apply)
        ~ str   = "x2" -> {
            + a = 1
          }
        + text  = "x"
        ~ void  = {} -> [
            + 1,
          ]
        """
    )


def test_another_type_alone_is_said() -> None:
    def output(value: Json, type_: str) -> Output:
        return Output(value=value, type=type_)  # type: ignore[arg-type]  # all JSON is a value

    assert show(
        m=(output({}, "map(any)"), output({}, "object({})")),
        s=(output(["a"], "list(string)"), output(["a"], "set(string)")),
    ) == page(
        """
        ~ m = {} -> {} # map(any) -> object({})
        ~ s = [ # list(string) -> set(string)
              # (1 unchanged element hidden)
          ]
        """
    )


def test_outputs_stand_below_the_clusters_and_unjudged_checks_below_them() -> None:
    change = Change(address=Address("web"), action=Action.CREATE, name="web", after={"metadata": {"name": "web"}})
    checks = (
        CheckResult(label="check.a", passed=True),
        CheckResult(label="check.b", passed=None),
        CheckResult(label="check.b", passed=None),
        CheckResult(label='cluster.web["eu"]', passed=None),
    )
    plan = make_plan(OutputChange(name="id", before=None, after=side(LATE)), changes=(change,), checks=checks)
    text = render_plan(plan, color=False)
    assert text[text.index("Plan: ") :] == (
        "Plan: 1 to create, 0 to update, 0 to delete.\n\nChanges to Outputs:\n  + id = (known after apply)\n\n"
        'Checks known after apply: check.b, cluster.web["eu"].\n'
    )


def test_a_check_that_fails_is_a_warning_at_the_end() -> None:
    problem = Diagnostic(code="x", summary="Check block assertion failed", detail="not five", span=Span("a.hcl", 0, 4))
    plan = make_plan(checks=(CheckResult(label="check.a", passed=False, problem=problem),))
    text = render_plan(plan, color=False, sources={"a.hcl": "1==5"})
    assert text == (
        "Plan pl-7f7f7f7f7f\n\nNo changes. No clusters are managed here.\n\n"
        "Warning: Check block assertion failed\n\n  on a.hcl:1:1:\n  1: 1==5\n     ^^^^\n\nnot five\n"
    )
    assert problem.severity is Severity.ERROR
