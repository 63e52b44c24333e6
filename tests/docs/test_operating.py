"""docs/operating.md has every setting, compose variable and metric, with its default."""

import re
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from pydantic_core import PydanticUndefined

from tests.docs.pages import ROOT, code, commands, rows, text
from worker.monitoring import metrics
from worker.settings import Settings

PAGE = text("docs/operating.md")
COMPOSE = sorted(ROOT.glob("compose*.yaml"))
# ${NAME}, ${NAME:-default} and ${NAME:?problem}
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def documented(heading: str) -> dict[str, str]:
    """Return the variables of a section's table with their defaults, "" for none."""
    return {code(name): code(default) if "`" in default else default for name, default, _ in rows(PAGE, heading)}


def defaults() -> dict[str, str]:
    """The settings with their defaults, as an environment would say them."""
    fields = Settings.model_fields.items()
    return {
        f"GRADELOOP_{name.upper()}": "" if field.default is PydanticUndefined else shown(field.default)
        for name, field in fields
    }


def shown(default: object) -> str:
    return str(default).lower() if isinstance(default, bool) else f"{default}"


def in_compose() -> dict[str, set[str]]:
    """Return the variables of the compose files with their defaults there."""
    found: dict[str, set[str]] = {}
    for path in COMPOSE:
        for name, kind, default in VARIABLE.findall(path.read_text()):
            found.setdefault(name, set()).add(default if kind == "-" else "")
    return found


def test_every_setting_is_documented_with_its_default() -> None:
    page = documented("Settings")
    assert page.pop("GRADELOOP_SLOTS_INTERACTIVE") == "the number of cores"
    expected = {name: default.removesuffix(".0") for name, default in defaults().items()}
    assert page == {name: default for name, default in expected.items() if name != "GRADELOOP_SLOTS_INTERACTIVE"}


def test_every_variable_of_compose_is_documented_with_its_default() -> None:
    page, ours = documented("Variables of compose.yaml"), in_compose()
    passed_on = set(re.findall(r"^ +(\w+):$", (ROOT / "compose.yaml").read_text(), re.MULTILINE))
    assert {name: {default} for name, default in page.items() if name in ours} == ours
    assert set(page) - set(ours) <= passed_on


def test_compose_passes_every_setting_on_or_fixes_it() -> None:
    words = set(re.findall(r"GRADELOOP_\w+", (ROOT / "compose.yaml").read_text()))
    assert set(defaults()) - words == {"GRADELOOP_DATA_DIR"}  # the image's own


def test_every_metric_is_documented_and_every_alarm_watches_one() -> None:
    families = [*REGISTRY.collect(), *metrics.QueueCollector.describe(None)]  # type: ignore[arg-type]
    names = {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in families
        if family.name.startswith("gradeloop_")
    }
    assert {
        code(row[0]) for row in rows(PAGE, "Metrics and alarms") if len(row) == 3 and "`gradeloop_" in row[0]
    } == names
    alarms = [row for row in rows(PAGE, "Metrics and alarms") if "`gradeloop_" not in row[0]]
    assert alarms
    assert all(set(re.findall(r"gradeloop_[a-z_]+", row[1])) <= names for row in alarms)


@pytest.mark.parametrize(
    "line", [command.line for command in commands(PAGE) if command.line.startswith("docker compose")]
)
def test_a_compose_command_names_files_and_services_that_are_there(line: str) -> None:
    words = line.split(" ")
    services = set(re.findall(r"^  ([\w-]+):$", (ROOT / "compose.yaml").read_text(), re.MULTILINE))
    assert all((ROOT / words[place + 1]).is_file() for place, word in enumerate(words) if word == "-f")
    verb = next(word for word in words[2:] if word in {"up", "ps", "exec", "stop", "logs"})
    named = [word.partition("=")[0] for word in words[words.index(verb) + 1 :] if not word.startswith("-")]
    if verb == "exec":
        named = named[:1]
    assert set(named) <= services


def test_the_apparmor_profile_is_marked_as_untested() -> None:
    assert Path(ROOT / "worker/isolation/docker/apparmor.profile").is_file()
    assert "**not tried on a host with AppArmor**" in " ".join(PAGE.split())
