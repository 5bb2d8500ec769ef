"""Sinks: what one run leaves for each of its readers, beside what it says itself.

A recorder stands before the command's voice and notes the plan, the diagnostics and the end. At the end, whichever it
is, every sink that was asked for is written, each by itself: one that fails is told of and changes nothing else.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import click

from planner.cli.next_steps import name_apply
from planner.cli.options import choose_directory, choose_workspace
from planner.cli.streams import GatheringStreams, QuietStreams, Streams
from planner.cli.voice import Voice, choose_voice
from planner.model.diagnostics import Diagnostic, ExitCode, Failure, Severity, give_reason
from planner.model.plan import Plan
from planner.model.redaction import Redactor
from planner.model.review import Broken, Review
from planner.model.summary import has_changes
from planner.workflow.results import OtherFile, Pipeline, append_result, find_pipeline, find_step_files, write_result
from planner.workflow.run_links import find_commit, find_place, find_run_link

__all__ = ["Recorder", "SinkOptions", "open_recorder", "sink_options"]

_F = TypeVar("_F", bound=Callable[..., object])
_STDOUT = "-"
"""The name of standard output, as a sink."""

_AUTO = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkOptions:
    """Where each format goes; None: nowhere. `pipeline` is the CI system whose own ways are used.

    `is_asked`: somebody has named that or a file, so that a command writes them that does not by itself.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    pipeline: Pipeline = Pipeline.NONE
    is_asked: bool = False
    title: str = ""

    @property
    def takes_output(self) -> bool:
        """Whether one of the sinks is standard output, so that nothing else may be there."""
        return _STDOUT in self.files.values()


_MADE = {ExitCode.DONE, ExitCode.CHANGES_PRESENT, ExitCode.REFUSED}
"""The exit codes of a plan that was made."""

_EVENTS = "json-events"
_STARTS = {
    "markdown": (b"### ",),
    "html": (b"<!doctype html>",),
    "junit": (b"<?xml ",),
    "sarif": (b'{\n  "$schema": "https://json.schemastore.org/sarif',),
    "code-quality": (b'[\n  {\n    "check_name"', b"[]\n"),
    _EVENTS: (b'{"@level"',),
}
"""How each format begins: a file that begins otherwise is not ours, and not overwritten."""
_FORMATS = {
    "markdown": "Markdown for a pull request",
    "html": "one self-contained HTML page",
    "junit": "JUnit XML, a test for each cluster",
    "sarif": "SARIF 2.1.0 for code scanning, each result on the line that set it",
    "code-quality": "GitLab's Code Quality report",
    _EVENTS: "the lines of JSON that -json writes",
}


def sink_options(command: _F) -> _F:
    """Add the options of the sinks; the command gets them as `sinks`."""
    for name, what in reversed(_FORMATS.items()):
        command = click.option(
            f"--{name}", metavar="FILE", help=f"Write {what} too, to this file; - is stdout, and nothing else is there."
        )(command)
    command = click.option("--title", default="", metavar="TEXT", help="What the plan is called in what is written.")(
        command
    )
    command = click.option(
        "--ci",
        type=click.Choice([_AUTO, *(one.value for one in Pipeline)]),
        default=_AUTO,
        show_default=True,
        help="Whose step summary, step outputs and annotations to write. auto: those of the CI that we are in.",
    )(command)
    return _gather(command)


def _gather(command: _F) -> _F:
    """Let `command` have the options as one."""
    from functools import wraps  # noqa: PLC0415 - used once

    @wraps(command)
    def run(**options: Any) -> object:  # noqa: ANN401 - whatever options the command has
        files = {name: path for name in _FORMATS if (path := options.pop(name.replace("-", "_"))) is not None}
        if list(files.values()).count(_STDOUT) > 1:
            raise click.UsageError("One thing goes to stdout: give - to one of the options only.")
        _refuse_twins({**files, **({"out": options["out"]} if options.get("out") else {})})
        ci, title = options.pop("ci"), options.pop("title")
        is_asked = bool(files) or ci not in {_AUTO, Pipeline.NONE.value}
        pipeline = find_pipeline(os.environ) if ci == _AUTO else Pipeline(ci)
        return command(sinks=SinkOptions(files=files, pipeline=pipeline, is_asked=is_asked, title=title), **options)

    return run  # type: ignore[return-value]  # wraps keeps what click needs


def _refuse_twins(files: Mapping[str, str]) -> None:
    """Refuse two options that name one file: the later would take the place of the earlier."""
    seen: dict[str, str] = {}
    for name, path in files.items():
        real = os.path.realpath(path)
        if path != _STDOUT and os.path.lexists(os.path.dirname(real)) and not _is_special(real):  # noqa: PTH120 - a text
            if real in seen:
                raise click.UsageError(f"-{seen[real]} and -{name} name the same file: give each its own.")
            seen[real] = name


def _is_special(path: str) -> bool:
    return os.path.exists(path) and not os.path.isfile(path)  # noqa: PTH110, PTH113 - as above


def open_recorder(options: SinkOptions, streams: Streams, directory: str | None, *, as_json: bool) -> "Recorder":
    """Return the voice of a command that has sinks; where one is stdout, the voice itself says nothing there."""
    place, workspace = choose_directory(directory), choose_workspace()
    voice = choose_voice(QuietStreams.of(streams) if options.takes_output else streams, as_json=as_json)
    return Recorder(voice, options, streams, find_place(place, os.environ), (place, workspace))


class Recorder:
    """A voice that passes everything on, and writes the sinks when the command ends, on whichever path."""

    def __init__(
        self, voice: Voice, options: SinkOptions, streams: Streams, directory: str, apply_with: tuple[str, str | None]
    ) -> None:
        self._voice = voice
        self._options = options
        self._streams = streams
        self._apply_with = apply_with
        self._directory = directory
        self._plan: Plan | None = None
        self._diagnostics: list[Diagnostic] = []
        self._sources: dict[str, str] = {}
        self._is_written = False
        self._events = GatheringStreams()
        self._redactor = click.get_current_context().find_object(Redactor) or Redactor()
        self._voices = [voice, *([_open_events(self._events)] if _EVENTS in options.files else [])]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the rest of a Voice
        def tell_all(*arguments: Any, **named: Any) -> None:  # noqa: ANN401 - whatever it takes
            for voice in self._voices:
                getattr(voice, name)(*arguments, **named)

        return tell_all

    def show_plan(self, plan: Plan, sources: Mapping[str, str], *, show_requests: bool = False) -> None:
        """Note the plan, and show it."""
        self._plan = plan
        self._sources |= sources
        for voice in self._voices:
            voice.show_plan(plan, sources, show_requests=show_requests)

    def review(self, plan: Plan, refusals: Sequence[Diagnostic]) -> None:
        """Write the files for a plan that was saved before, and that is shown in another way or not at all.

        They say that apply would refuse it; to show it is no failure all the same.
        """
        self._plan, self._diagnostics = plan, list(refusals)
        reason = "changes present" if has_changes(plan) else "no changes"
        reason = refusals[0].summary if refusals else reason
        for voice in self._voices[1:]:
            voice.show_plan(plan, {})
            if plan.base is not None:
                voice.show_base(plan.base)
            voice.diagnose(refusals, {})
            voice.end(ExitCode.DONE, reason, plan_id=plan.id)
        self._write(ExitCode.DONE, reason, has_failed=False)

    def diagnose(self, diagnostics: Sequence[Diagnostic], sources: Mapping[str, str]) -> None:
        """Note the diagnostics, and tell them."""
        self._diagnostics.extend(diagnostics)
        self._sources |= sources
        for voice in self._voices:
            voice.diagnose(diagnostics, sources)

    def end(self, exit_code: ExitCode, reason: str, *, plan_id: str | None = None) -> int:
        """Write the sinks, and end."""
        for voice in self._voices[1:]:
            voice.end(exit_code, reason, plan_id=plan_id)
        self._write(exit_code, reason, has_failed=exit_code not in _MADE)
        return self._voice.end(exit_code, reason, plan_id=plan_id)

    def fail(self, failure: Failure) -> int:
        """Write the sinks, and fail."""
        for voice in self._voices[1:]:
            voice.fail(failure)
        self._diagnostics.extend(failure.diagnostics)
        self._sources |= failure.sources
        self._write(failure.exit_code, give_reason(failure.diagnostics), has_failed=True)
        return self._voice.fail(failure)

    def _write(self, exit_code: ExitCode, reason: str, *, has_failed: bool) -> None:
        if self._is_written:
            return
        self._is_written = True
        subject = self._make_broken(exit_code, reason) if has_failed else self._make_review()
        writes = list(self._list_writes(subject, exit_code, reason))
        wrong = [one for what, write in writes if (one := _try(what, write))]
        if wrong:
            self._voice.diagnose(wrong, {})

    def _make_review(self) -> Review | None:
        if self._plan is None:
            return None
        errors = tuple(one for one in self._diagnostics if one.severity is Severity.ERROR)
        return Review(
            plan=self._plan,
            title=self._options.title,
            refusals=errors,
            diagnostics=tuple(one for one in self._diagnostics if one.severity is not Severity.ERROR),
            sources=self._sources,
            run_url=find_run_link(os.environ) or "",
            commit=find_commit(os.environ),
            directory=self._directory,
            apply_command=name_apply(self._plan, *self._apply_with),
        )

    def _make_broken(self, exit_code: ExitCode, reason: str) -> Broken:
        return Broken(
            exit_code=exit_code,
            reason=reason,
            title=self._options.title,
            diagnostics=tuple(self._diagnostics),
            sources=self._sources,
            run_url=find_run_link(os.environ) or "",
            commit=find_commit(os.environ),
            directory=self._directory,
        )

    def _list_writes(
        self, subject: Review | Broken | None, exit_code: ExitCode, reason: str
    ) -> "Iterator[tuple[str, Callable[[], None]]]":
        """Yield what is to be written, by the name under which a failure is told."""
        for name, path in self._options.files.items():
            if subject is None and name != _EVENTS:
                continue
            yield f"-{name} {path}", partial(self._write_file, name, path, subject)
        if self._options.pipeline in {Pipeline.GITHUB, Pipeline.AZURE} and subject is not None:
            yield "the annotations", partial(self._annotate, subject)
        if self._options.pipeline is Pipeline.GITHUB:
            summary, outputs = find_step_files(os.environ)
            if summary and subject is not None:
                yield "the step summary", partial(self._append, summary, partial(_render_markdown, subject, None))
            if outputs:
                yield (
                    "the step outputs",
                    partial(self._append, outputs, partial(_render_outputs, exit_code, reason, subject)),
                )

    def _annotate(self, subject: Review | Broken) -> None:
        from planner.render.annotations import (  # noqa: PLC0415 - only a pipeline pays for it
            render_azure_annotations,
            render_github_annotations,
        )

        is_github = self._options.pipeline is Pipeline.GITHUB
        self._streams.note(render_github_annotations(subject) if is_github else render_azure_annotations(subject))

    def _append(self, path: str, render: Callable[[], str]) -> None:
        append_result(path, self._redactor.mask(render()))

    def _write_file(self, name: str, path: str, subject: Review | Broken | None) -> None:
        text = "".join(self._events.texts)
        if subject is not None and name != _EVENTS:
            text = _render(name, subject, self._options.pipeline)
        if path == _STDOUT:
            self._streams.write(text)
        else:
            write_result(path, self._redactor.mask(text), _STARTS[name])


def _open_events(streams: Streams) -> Voice:
    from planner.cli.json_voice import JsonVoice  # noqa: PLC0415 - only who asks for it pays for it

    return JsonVoice(streams)


def _render(name: str, subject: Review | Broken, pipeline: Pipeline) -> str:
    match name:
        case "markdown":
            return _render_markdown(subject, pipeline)
        case "html":
            from planner.render.html import render_html  # noqa: PLC0415 - only who asks for it pays for it

            return render_html(subject)
        case "junit":
            from planner.render.junit import render_junit  # noqa: PLC0415 - only who asks for it pays for it

            return render_junit(subject)
        case "sarif":
            from planner.render.sarif import render_sarif  # noqa: PLC0415 - likewise

            return render_sarif(subject)
        case "code-quality":
            from planner.render.code_quality import render_code_quality  # noqa: PLC0415 - likewise

            return render_code_quality(subject)
        case _:
            raise ValueError(f"there is no format {name}")


def _render_markdown(subject: Review | Broken, pipeline: Pipeline | None) -> str:
    from planner.render.budget import Host  # noqa: PLC0415 - only who asks for it pays for it
    from planner.render.markdown import render_broken_markdown, render_markdown  # noqa: PLC0415 - likewise

    hosts = {
        None: Host.SUMMARY,
        Pipeline.GITLAB: Host.GITLAB,
        Pipeline.AZURE: Host.AZURE,
        Pipeline.BITBUCKET: Host.BITBUCKET,
    }
    host = hosts.get(pipeline, Host.GITHUB)
    return render_markdown(subject, host) if isinstance(subject, Review) else render_broken_markdown(subject, host)


def _render_outputs(exit_code: ExitCode, reason: str, subject: Review | Broken | None) -> str:
    from secrets import token_hex  # noqa: PLC0415 - only GitHub needs it

    from planner.render.outcome_text import list_outcome, render_github_output  # noqa: PLC0415 - likewise

    plan, is_refused = (subject.plan, bool(subject.refusals)) if isinstance(subject, Review) else (None, False)
    outcome = list_outcome(exit_code, reason, plan, is_refused=is_refused)
    return render_github_output(outcome, f"end-{token_hex(16)}")


def _try(what: str, write: Callable[[], None]) -> Diagnostic | None:
    """Write one sink; return what to say if that did not work."""
    try:
        write()
    except OtherFile:
        why, advice = "another file is there", "Move it away, or name another one. The plan itself is not affected."
    except OSError as error:
        why = error.strerror or str(error)
        advice = "The plan itself is not affected, nor is the exit code. Give a path that can be written."
    except click.ClickException as error:
        why, advice = error.message, "The plan itself is not affected, nor is the exit code."
    except Exception as error:  # noqa: BLE001 - one format must not take the others with it, nor the plan
        why, advice = type(error).__name__, "That is a bug of planner: please report it. The plan is not affected."
    else:
        return None
    return Diagnostic(
        severity=Severity.WARNING, code="not-written", summary=f"{what} could not be written: {why}", detail=advice
    )
