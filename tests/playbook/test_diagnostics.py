"""Every mistake an author can make: the program is in the test, the lines that must be reported are marked in it.

`# PB030` marks its line; `# PB030:13` says the column too. Nothing else may be reported.
"""

import re
from pathlib import Path

import pytest

from forecourt.playbook import check
from forecourt.playbook import load
from forecourt.playbook.codes import CODES
from tests.playbook.samples import VOCABULARY

DOCS = Path(__file__).parents[2] / "docs" / "reference" / "playbook.md"
MARK = re.compile(r"#((?: PB\d{3}(?::\d+)?)+)\s*$")

HEAD = """\
playbook: t
version: "1"
about: opportunity
title: {en: T, zh: 测}
"""
STEPS = """\
steps:
  a: {title: {en: A, zh: 甲}, by: adviser}
  b: {title: {en: B, zh: 乙}, by: adviser}
  x: {title: {en: X, zh: 丙}, by: adviser, record: {outcome: [yes, no]}}
words: {yes: {en: Y, zh: 是}, no: {en: N, zh: 否}, done: {en: D, zh: 完}, over: {en: O, zh: 终}}
"""
ONE_STEP = """\
flow: [a]
words: {done: {en: D, zh: 完}}
steps:
"""
TITLE = "title: {en: A, zh: 甲}"

FORM = {
    "not YAML": "playbook: [a, b  \nflow: x  # PB001:5\n",
    "not one playbook": f"{HEAD}---\nplaybook: u  # \n",
    "alias": f"{HEAD}{STEPS}flow: &f [a, b, x]  # PB003:7\nparts: {{p: *f}}\n",
    "key twice": f"{HEAD}{STEPS}flow: [a, b, x]\nabout: order  # PB004:1\n",
    "unknown key": f"{HEAD}{STEPS}flow: [a, b, x]\nstandart: {{}}  # PB010:1\n",
    "unknown attribute": f"{HEAD}{ONE_STEP}  a: {{{TITLE}, by: adviser, widthin: 1 h}}  # PB010:43\n",
    "no role": f"{HEAD}{ONE_STEP}  a: {{{TITLE}}}  # PB011:6\n",
    "wrong kind": f"{HEAD}{STEPS}flow: [a, b, x, any_order: a]  # PB012:28 PB050\n",
    "malformed name": f"{HEAD}{ONE_STEP}  a: {{{TITLE}, by: adviser, record: {{Wish: text}}}}  # PB013\n",
    "not a duration": f"{HEAD}{ONE_STEP}  a: {{{TITLE}, by: adviser, within: soon}}  # PB014\n",
    "backwards": f"{HEAD}{ONE_STEP}  a: {{{TITLE}, by: adviser, takes: 9..4 min}}  # PB014\n",
    "unknown type": f"{HEAD}{ONE_STEP}  a: {{{TITLE}, by: adviser, record: {{wish: txt}}}}  # PB015\n",
    "not a number": f"{HEAD}{STEPS}flow: [b, x, {{repeat: a, at_most: many}}]  # PB016\n",
    "too often": f"{HEAD}{STEPS}flow: [b, x, {{repeat: a, at_most: 51}}]  # PB016\n",
    "unknown block": f"{HEAD}{STEPS}flow:\n  - a\n  - mabye: b  # PB017:5\n  - maybe: [b, x]\n",
    "not an escalation": f"{HEAD}{ONE_STEP}  a: {{{TITLE}, by: adviser, within: 1 h, on_late: [notify]}}  # PB018\n",
    "not a standard": f"{HEAD}{STEPS}flow: [a, b, x]\nstandards: {{s: mostly good}}  # PB019:16\n",
    "not CEL": f"{HEAD}{ONE_STEP}  a: {{{TITLE}, by: adviser, must: customer &&}}  # PB020\n",
    "unknown evidence": f"{HEAD}{ONE_STEP}  a: {{{TITLE}, by: adviser, evidence: [foto]}}  # PB021\n",
    "no bound": f"{HEAD}{STEPS}flow: [b, x, {{repeat: a}}]  # PB043\n",
    "part in itself": f"{HEAD}{STEPS}parts: {{p: [a, q], q: [b, p]}}  # PB054\nflow: [p, x]\n",
    "part unused": f"{HEAD}{STEPS}parts: {{p: [a]}}  # PB055\nflow: [a, b, x]\n",
}

MEANING = {
    "unknown step": f"{HEAD}{STEPS}flow:\n  - a\n  - bb  # PB030:5\n  - [b, x]\n",
    "unknown role": f"{HEAD}{ONE_STEP}  a: {{{TITLE}, by: advisor}}  # PB031:34\n",
    "unknown role when late": (
        f"{HEAD}{ONE_STEP}  a: {{{TITLE}, by: adviser, within: 1 h, on_late: [notify: boss]}}  # PB031\n"
    ),
    "unknown certificate": f"{HEAD}{ONE_STEP}  a: {{{TITLE}, by: {{role: adviser, holds: [flying]}}}}  # PB032\n",
    "unknown effect": f"{HEAD}{ONE_STEP}  a: {{{TITLE}, by: adviser, effect: sales.drvie}}  # PB033\n",
    "unknown resource": f"{HEAD}{ONE_STEP}  a: {{{TITLE}, by: adviser, uses: [rocket]}}  # PB034\n",
    "unknown calendar": f"{HEAD}{ONE_STEP}  a: {{{TITLE}, by: adviser, within: 1 h of moon time}}  # PB035\n",
    "unknown calendar of a retry": (
        f"{HEAD}{STEPS}flow: [a, b, retry: {{step: x, every: 1 h of moon time, at_most: 2, until: [yes]}}]  # PB035\n"
    ),
    "unknown playbook": f"{HEAD}{STEPS}flow: [a, b, x]\nnext: {{done: repairs}}  # PB036:8\n",
    "unknown subject": HEAD.replace("opportunity", "oportunity  # PB037:8") + f"{STEPS}flow: [a, b, x]\n",
    "unknown function": f"{HEAD}{ONE_STEP}  a: {{{TITLE}, by: adviser, must: concent(\"x\")}}  # PB038\n",
    "field for effect": f"{HEAD}{ONE_STEP}  a: {{{TITLE}, by: adviser, effect: sales.drive}}  # PB039\n",
    "never named": f"{HEAD}{STEPS}flow: [a, b]\n".replace("adviser, record", "adviser, record").replace(
        "  x: {", "  x: {", 1
    ).replace("[yes, no]}}\n", "[yes, no]}}  # PB040:3\n"),
    "never next": (
        f"{HEAD}{STEPS}flow: [x]\nanytime:\n"
        "  s: {then: [a], ends: over}\n"
        "  z: {then: [a, b]}  # PB040:17\n"
    ),
    "after an end": f"{HEAD}{STEPS}flow: [a, x, ends: over, b]  # PB041:26\n",
    "no step": f"{HEAD}{STEPS}flow: []  # PB042:7\nanytime: {{a: {{}}, b: {{}}, x: {{}}}}\n",
    "never holds": f"{HEAD}{ONE_STEP}  a: {{{TITLE}, by: adviser, must: 1 > 2}}  # PB042\n",
    "loop of branches": (
        f"{HEAD}{STEPS}flow:\n  - x\n  - one:\n"
        "      yes: [a, retry: {step: x, at_most: 2}]  # PB043:7\n"
        "      no: [b, retry: {step: x, at_most: 2}]  # PB043:7\n"
    ),
    "not an outcome": f"{HEAD}{STEPS}flow: [x, one: {{yes: [a], no: [b], nay: [b]}}]  # PB044:36\n",
    "until what": f"{HEAD}{STEPS}flow: [a, b, retry: {{step: x, at_most: 2, until: [yeah]}}]  # PB044\n",
    "outcome without branch": f"{HEAD}{STEPS}flow: [x, one: {{yes: [a], yas: [b]}}]  # PB044:27 PB045:11\n",
    "same first step": f"{HEAD}{STEPS}flow: [x, [], one: {{l: [a], r: [maybe: b, a]}}]  # PB046:29\n",
    "branch without step": f"{HEAD}{STEPS}flow: [x, [], one: {{l: [a], r: [maybe: b]}}]  # PB046:29\n",
    "two places": f"{HEAD}{STEPS}flow: [x, b, maybe: a, a]  # PB047:21\n",
    "end in any order": f"{HEAD}{STEPS}flow: [x, any_order: [a, [b, ends: over]]]  # PB048\n",
    "retry without until": f"{HEAD}{STEPS}flow: [a, b, retry: {{step: x, at_most: 2}}]  # PB049\n",
    "one branch": f"{HEAD}{STEPS}flow: [a, x, [], one: {{l: [b]}}]  # PB050\n",
    "no such end": f"{HEAD}{STEPS}flow: [a, b, x]\nnext: {{dome: repair}}  # PB053:8\n",
    "deadline too short": f"{HEAD}{ONE_STEP}  a: {{{TITLE}, by: adviser, within: 10 min, takes: 1..2 h}}  # PB060\n",
    "late without deadline": f"{HEAD}{ONE_STEP}  a: {{{TITLE}, by: adviser, on_late: [reroute]}}  # PB061\n",
    "fact of nobody": f"{HEAD}{ONE_STEP}  a: {{{TITLE}, by: adviser, must: customer.licence_chekced}}  # PB070\n",
    "own fact": f"{HEAD}{ONE_STEP}  a: {{{TITLE}, by: adviser, record: {{n: number}}, must: a.n > 1}}  # PB071\n",
    "later fact": f"{HEAD}{STEPS}flow: [a, b, x]\n".replace("by: adviser}\n  b", "by: adviser, should: b.done}  # PB071\n  b"),
    "no Chinese": HEAD.replace(", zh: 测}", "}  # PB080:8") + f"{STEPS}flow: [a, b, x]\n",
    "no words": f"{HEAD}{STEPS}flow: [a, b, x, ends: fine]  # PB081\n",
    "standard of nothing": f"{HEAD}{STEPS}flow: [a, b, x]\nstandards: {{s: share(c.done) >= 9 %}}  # PB090\n",
    "standard of no aspect": f"{HEAD}{STEPS}flow: [a, b, x]\nstandards: {{s: share(a.dome) >= 9 %}}  # PB090 PB091\n",
    "standard of no end": f"{HEAD}{STEPS}flow: [a, b, x]\nstandards: {{s: share(journey.ended = sold) >= 9 %}}  # PB090\n",
    "standard without deadline": f"{HEAD}{STEPS}flow: [a, b, x]\nstandards: {{s: share(a.on_time) >= 9 %}}  # PB091\n",
    "standard of wrong unit": f"{HEAD}{STEPS}flow: [a, b, x]\nstandards: {{s: median(a.wait) <= 9 %}}  # PB091\n",
}  # fmt: skip


def marked(source: str) -> set[tuple[str, int, int | None]]:
    found = set()
    for number, line in enumerate(source.splitlines(), start=1):
        mark = MARK.search(line)
        for code in mark[1].split() if mark else ():
            name, _, column = code.partition(":")
            found.add((name, number, int(column) if column else None))
    return found


def assert_reported(source: str) -> None:
    loaded = load(source, "t.yaml")
    expected = marked(source)
    found = {(d.code, d.line, d.column) for d in (*loaded.diagnostics, *check(loaded.playbook, VOCABULARY))}
    columns = {(code, line): column for code, line, column in expected}
    assert {(code, line, columns.get((code, line)) and column) for code, line, column in found} == expected


@pytest.mark.parametrize("name", FORM)
def test_mistakes_of_form(name: str) -> None:
    if name == "not one playbook":
        assert [(d.code, d.line) for d in load(FORM[name], "t.yaml").diagnostics] == [("PB005", 5)]
        return
    assert_reported(FORM[name])


@pytest.mark.parametrize("name", MEANING)
def test_mistakes_of_meaning(name: str) -> None:
    assert_reported(MEANING[name])


def test_the_base_of_these_programs_is_sound() -> None:
    assert_reported(f"{HEAD}{STEPS}flow: [a, b, x]\n")


def test_all_mistakes_come_at_once() -> None:
    source = f"""\
{HEAD}steps:
  a: {{title: {{en: A}}, by: advisor}}  # PB031 PB080
  b: {{title: {{en: B, zh: 乙}}, by: adviser, within: 5 min, takes: 1 h}}  # PB060
flow: [a, c]  # PB030
words: {{done: {{en: D, zh: 完}}}}
standards: {{s: share(z.done) >= 9 %}}  # PB090
""".replace("takes: 1 h}}  # PB060", "takes: 1 h}}  # PB040 PB060")
    assert_reported(source.replace("# PB060", "# PB060 PB040"))


def test_near_misses_and_known_words_are_named() -> None:
    loaded = load(MEANING["unknown role"], "t.yaml")
    (diagnostic,) = check(loaded.playbook, VOCABULARY)
    assert diagnostic.near == ("adviser",)
    assert "store_manager" in diagnostic.hint


def test_limits_name_the_block_at_fault() -> None:
    names = [f"s{number}" for number in range(14)]
    steps = "".join(f"  {name}: {{{TITLE}, by: adviser}}\n" for name in names)
    head = f"{HEAD}words: {{done: {{en: D, zh: 完}}}}\nsteps:\n{steps}"
    assert_reported(f"{head}flow:\n  - s0\n  - any_order: [{', '.join(names[1:])}]  # PB051:5\n")
    assert_reported(f"{head}flow: [{', '.join(names)}]\n")


def test_too_many_steps() -> None:
    names = [f"s{number}" for number in range(121)]
    steps = "".join(f"  {name}: {{{TITLE}, by: adviser}}\n" for name in names[:-1])
    last = f"  s120: {{{TITLE}, by: adviser}}  # PB052:3\n"
    head = f"{HEAD}words: {{done: {{en: D, zh: 完}}}}\nsteps:\n{steps}{last}"
    assert_reported(f"{head}flow: [{', '.join(names)}]\n")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: [" * 60, "PB002"),
        ("x: '" + "long " * 50_000 + "'", "PB002"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "PB003"),
        ("", "PB005"),
        ("a: 1\n---\nb: 2", "PB005"),
        ("? [a]\n: b\n", "PB012"),
        ("a: !!python/object/apply:os.system [ls]\n", "PB010"),
        ("\tx: 1", "PB001"),
    ],
)
def test_texts_that_are_dangerous_or_no_playbook(text: str, code: str) -> None:
    loaded = load(text, "t.yaml")
    assert code in {diagnostic.code for diagnostic in loaded.diagnostics}
    assert not loaded.ok


def test_no_code_is_missing_in_tests_and_documents() -> None:
    """PB002, PB005 and the limits are tested above; PB006 in test_files.py."""
    elsewhere = {"PB002", "PB005", "PB006", "PB051", "PB052"}
    tested = {code for source in (*FORM.values(), *MEANING.values()) for code, _, _ in marked(source)}
    assert tested | elsewhere == set(CODES)
    documented = re.findall(r"^### (PB\d{3})\b", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(documented) == sorted(CODES)
