import json

import pytest

from schemas import FlagChanges, canonicalise, compare_flags

G1 = "-server -Xms1g -Xmx8g -XX:MaxDirectMemorySize=4g -Duser.timezone=UTC -XX:+UseG1GC"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (G1, "-XX:+UseG1GC -Duser.timezone=UTC   -XX:MaxDirectMemorySize=4096m\n-Xmx8192M -Xms1024m -server"),
        ("-Xmx8g", "-Xmx4g -Xmx8g"),
        ("-Xmx8g", "-Xmx8589934592"),
        ("-Da=1 -Db=2", "-Db=2 -Da=0 -Da=1"),
        ("-XX:+UseG1GC", "-XX:-UseG1GC -XX:+UseG1GC"),
        ("-Xss1m", "-Xss1024k"),
        ("-Dx=1 -cp lib/a.jar", "-cp lib/a.jar -Dx=1"),
        ("-Xbootclasspath/a:x.jar -XX:+UseG1GC", "-XX:+UseG1GC -Xbootclasspath/a:x.jar"),
        ("-Xint -Xmx8g -XX:+UseCompiler", "-Xint  -Xmx8192m -XX:+UseCompiler"),
        ("", "  "),
    ],
)
def test_options_that_are_the_same(one: str, other: str) -> None:
    assert canonicalise("jvm-options", one) == canonicalise("jvm-options", other) is not None
    assert compare_flags(one, one, is_list=False) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("-Xmx8g", "-Xmx8000m"),
        ("-Xmx8g -Xmx4g", "-Xmx4g -Xmx8g"),
        ("-Da=1", "-Da=2"),
        ("-Da=1", '-Da="1"'),
        ("-Da=8g", "-Da=8192m"),
        ("-XX:HeapDumpPath=8g", "-XX:HeapDumpPath=8192m"),
        ("-XX:+UseG1GC", "-XX:-UseG1GC"),
        ("-ea:a -da:a", "-da:a -ea:a"),
        ("-javaagent:a.jar -javaagent:b.jar", "-javaagent:b.jar -javaagent:a.jar"),
        ('-XX:OnOutOfMemoryError="kill -9 %p"', '-XX:OnOutOfMemoryError="kill  -9 %p"'),
        ("-XX:OnError=a -XX:OnError=b", "-XX:OnError=b"),
        ("-XX:+UnlockExperimentalVMOptions -XX:+UseZGC", "-XX:+UseZGC -XX:+UnlockExperimentalVMOptions"),
        ("-Xmx8g -XX:MaxHeapSize=4g", "-XX:MaxHeapSize=4g -Xmx8g"),
        ("-cp a -Dx=1 -cp b", "-cp b -Dx=1 -cp a"),
        ("-cp a -Djava.class.path=b", "-Djava.class.path=b -cp a"),
        ("-Xint -XX:+UseCompiler", "-XX:+UseCompiler -Xint"),
        ("-Djava.compiler=NONE -XX:+UseCompiler", "-XX:+UseCompiler -Djava.compiler=NONE"),
        ("-Xbatch -XX:+BackgroundCompilation", "-XX:+BackgroundCompilation -Xbatch"),
        ("-Xnoclassgc -XX:+ClassUnloading", "-XX:+ClassUnloading -Xnoclassgc"),
        ("-Xshare:off -XX:+UseSharedSpaces", "-XX:+UseSharedSpaces -Xshare:off"),
        ("-Xmaxjitcodesize1m -XX:ReservedCodeCacheSize=2m", "-XX:ReservedCodeCacheSize=2m -Xmaxjitcodesize1m"),
        ("-Xsomething -XX:+UseG1GC", "-XX:+UseG1GC -Xsomething"),
        ("-verbose:gc -XX:-PrintGC", "-XX:-PrintGC -verbose:gc"),
        ("-XX:+AggressiveOpts -XX:-DoEscapeAnalysis", "-XX:-DoEscapeAnalysis -XX:+AggressiveOpts"),
        ("-XX:+NeverTenure -XX:MaxTenuringThreshold=3", "-XX:MaxTenuringThreshold=3 -XX:+NeverTenure"),
        ('-Da="x -Xmx1g"', "-Da=x -Xmx1g"),
    ],
)
def test_options_that_are_not_the_same(one: str, other: str) -> None:
    assert canonicalise("jvm-options", one) != canonicalise("jvm-options", other)


@pytest.mark.parametrize(
    "text", ["Main", "@options", "-Xmx8g Main", '-Da="1', "-Xmx8g -cp", "-Da=1\u2003-Db=2", "-Da=1\u00a0-Db=2"]
)
def test_what_cannot_be_taken_apart(text: str) -> None:
    assert canonicalise("jvm-options", text) is None
    assert compare_flags(text, "-Xmx8g", is_list=False) is None
    assert compare_flags("-Xmx8g", text, is_list=False) is None


def test_a_list_of_options_is_compared_like_a_text_of_them() -> None:
    one = json.dumps(["-Xmx8g", "-XX:OnOutOfMemoryError=kill -9 %p", "-Da=1"])
    other = json.dumps(["-Da=1", "-Xmx8192m", "-XX:OnOutOfMemoryError=kill -9 %p"], indent=2)
    assert canonicalise("jvm-options-list", one) == canonicalise("jvm-options-list", other) is not None
    assert canonicalise("jvm-options-list", one) != canonicalise("jvm-options-list", '["-Xmx8g", "-Da=1"]')


@pytest.mark.parametrize("text", ["-Xmx8g", "{}", "[1]", "[", '["Main"]', '"-Xmx8g"'])
def test_what_is_no_list_of_options(text: str) -> None:
    assert canonicalise("jvm-options-list", text) is None


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("-Xms1g -Xmx8g -Da=1", "-Da=1 -Xmx12g -Xms1024m", FlagChanges(("-Xmx8g",), ("-Xmx12g",), 2)),
        ("-Da=1", "-Da=1 -XX:+UseG1GC", FlagChanges((), ("-XX:+UseG1GC",), 1)),
        ("-cp a.jar -Da=1", "-Da=1", FlagChanges(("-cp a.jar",), (), 1)),
        ("-verbose -verbose", "-verbose", FlagChanges(("-verbose",), (), 1)),
    ],
)
def test_changes_of_options_are_told_flag_by_flag(before: str, after: str, changes: FlagChanges) -> None:
    assert compare_flags(before, after, is_list=False) == changes
    as_lists = (json.dumps(list(text.split(" "))) for text in (before, after))
    assert compare_flags(*as_lists, is_list=True) == changes


def test_of_options_in_another_order_no_flag_changes() -> None:
    assert compare_flags("-ea:a -da:a", "-da:a -ea:a", is_list=False) is None
