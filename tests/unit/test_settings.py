"""The settings: every problem at once, no secret told, the environment first."""

import ast
from pathlib import Path

import pytest
import yaml

from hub.errors import SettingsError
from hub.resources import resource
from hub.settings import CONFIG_VARIABLE, load

ROOT = Path(__file__).parents[2]
SECRET = "geheim-4711"


@pytest.fixture
def written(tmp_path):
    """Writes the smallest settings that are fit, with changes; gives the path."""
    (tmp_path / "trust").mkdir()

    def write(text: str | None = None, **changes: object) -> Path:
        values = {
            "data": "data",
            "policy": str(resource("config", "policy.yaml")),
            "agencies": str(resource("config", "agencies.yaml")),
            "trust": "trust",
        } | changes
        path: Path = tmp_path / "hub.yaml"
        path.write_text(yaml.safe_dump(values) if text is None else text)
        return path

    return write


def problems(path: Path) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load(path, {})
    assert all("\n" not in line for line in caught.value.problems)
    return caught.value.problems


def test_the_smallest_settings_are_fit_and_stand_beside_their_file(written, tmp_path):
    settings = load(written(), {})
    assert settings.data == tmp_path / "data"
    assert settings.journal_url == f"sqlite:///{tmp_path}/data/journal.db"
    assert settings.broker_url == ""
    assert settings.hub_code == settings.registry.hub.code
    assert len(settings.policy.version) == 64
    assert not settings.data.exists()


def test_paths_of_the_file_are_relative_to_the_file(written, tmp_path, monkeypatch):
    path = written(data="../elsewhere")
    monkeypatch.chdir("/")
    assert load(path, {}).data == (tmp_path / ".." / "elsewhere").resolve()
    assert load(path, {}).resolve(Path("/absolute")) == Path("/absolute")
    monkeypatch.chdir(tmp_path)
    assert load(Path("hub.yaml"), {}).path == path


def test_the_settings_file_is_named_by_option_variable_or_habit(
    written, tmp_path, monkeypatch
):
    path = written()
    assert load(None, {CONFIG_VARIABLE: str(path)}).path == path
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(CONFIG_VARIABLE, "/not/asked/for")
    assert load(None, {}).path == path


def test_every_problem_is_told_at_once(written, tmp_path):
    (tmp_path / "agencies.yaml").write_text("agencies: [")
    told = problems(
        written(
            bogus=1,
            policy="policy.yaml",
            agencies="agencies.yaml",
            trust="nowhere",
            front={"port": 99_999, "hots": "x"},
            broker={"url_file": "no-such-url"},
            sources=[{"name": "truc"}, {"name": "truc"}],
        )
    )
    for part in (
        "bogus: Extra inputs",
        "front.port: Input should be less",
        "front.hots: Extra inputs",
        f"{tmp_path}/policy.yaml: No such file",
        f"{tmp_path}/agencies.yaml: not readable as YAML",
        f"{tmp_path}/nowhere: no such folder",
        "no-such-url: No such file",
        "sources: truc twice",
    ):
        assert [line for line in told if part in line], part
    assert len(told) == 8


def test_what_is_missing_is_told_with_what_else_is_wrong(written):
    told = problems(written("trust: nowhere\nsources: [{name: a}, {name: a}]"))
    assert [line.partition("yaml: ")[2] for line in told[:3]] == [
        "data: Field required",
        "policy: Field required",
        "agencies: Field required",
    ]
    assert "no such folder" in told[3]
    assert told[4:] == ("sources: a twice",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "must be a mapping"),
        ("- data", "must be a mapping"),
        ("data: [", "not readable as YAML"),
        ("data: !!python/object:os.system x", "not readable as YAML"),
        ("data: 2019-02-30", "not readable as YAML"),
        ("data: a\ndata: b", "stands there twice"),
        ("data: \x00", "not readable as YAML"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(written, text, sentence):
    (told,) = problems(written(text))
    assert sentence in told


def test_a_file_that_is_not_there_or_no_text_is_one_sentence(tmp_path):
    assert problems(tmp_path / "none.yaml")[0].endswith("No such file or directory")
    assert problems(tmp_path)[0].endswith("Is a directory")
    (tmp_path / "hub.yaml").write_bytes(b"\xff\xfe\x00d")
    assert "not readable" in problems(tmp_path / "hub.yaml")[0]


def test_the_environment_comes_before_the_file(written, monkeypatch):
    path = written(broker={"url": "amqp://file"}, front={"port": 1})
    monkeypatch.setenv("HUB_BROKER__URL", "amqp://environment")
    assert load(path).broker_url == "amqp://environment"
    assert load(path).file.front.port == 1
    monkeypatch.setenv("HUB_FRONT__PORT", "2")
    assert load(path).file.front.port == 2


def test_an_environment_that_is_unfit_is_told_and_not_quoted(written, monkeypatch):
    monkeypatch.setenv("HUB_FRONT__PORT", SECRET)
    (told,) = problems(written())
    assert "front.port" in told
    monkeypatch.delenv("HUB_FRONT__PORT")
    monkeypatch.setenv("HUB_FRONT", SECRET)
    (told,) = problems(written())
    assert "front" in told
    assert SECRET not in told


def test_a_url_may_stand_in_a_file_of_its_own(written, tmp_path):
    (tmp_path / "url").write_text(f"postgresql://hub:{SECRET}@db/hub\n")
    settings = load(written(journal={"url_file": "url"}), {})
    assert settings.journal_url == f"postgresql://hub:{SECRET}@db/hub"


def test_a_url_file_that_is_no_text_is_a_problem(written, tmp_path):
    (tmp_path / "url").write_bytes(b"\xff\xfe")
    assert problems(written(journal={"url_file": "url"})) == ("url: not text",)


def test_secrets_are_in_no_repr(written, monkeypatch):
    monkeypatch.setenv("HUB_JOURNAL__URL", f"postgresql://hub:{SECRET}@db/hub")
    settings = load(written(broker={"url": f"amqp://hub:{SECRET}@mq"}))
    assert SECRET in settings.journal_url
    assert SECRET in settings.broker_url
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings.file)


@pytest.mark.parametrize(
    "text",
    [
        f"broker: {{url: amqp://hub:{SECRET}@mq}}\nbogus: {SECRET}",
        f"broker: {{url: {SECRET}",
        f"broker: {{urk: {SECRET}}}",
        f"broker: [{SECRET}]",
        f"broker: !{SECRET} x",
        f"broker: *{SECRET}",
        f"broker: !!int {SECRET}",
        f"broker: {SECRET} : {SECRET} : x",
    ],
)
def test_secrets_are_in_no_sentence(written, text):
    assert SECRET not in " ".join(problems(written(text)))


def test_settings_do_not_change_once_read(written):
    settings = load(written(), {})
    with pytest.raises(ValueError, match="frozen"):
        settings.file.front.port = 1
    with pytest.raises(ValueError, match="frozen"):
        settings.file.data = Path("elsewhere")


#: The roof, what stands on it, and the rehearsal's own processes.
MAY_READ = {"hub/settings.py", "hub/app.py", "hub/supervisor.py"}
MAY_READ_UNDER = ("hub/cli/", "hub/rehearsal/")


def reads_environment(path: Path) -> bool:
    names = {"environ", "environb", "getenv"}
    return any(
        (isinstance(node, ast.Attribute) and node.attr in names)
        or (isinstance(node, ast.alias) and node.name in names)
        for node in ast.walk(ast.parse(path.read_text()))
    )


def test_nothing_below_the_roof_reads_the_environment():
    files = [*(ROOT / "hub").rglob("*.py"), *(ROOT / "adapters").rglob("*.py")]
    found = {str(p.relative_to(ROOT)) for p in files if reads_environment(p)}
    below = {f for f in found - MAY_READ if not f.startswith(MAY_READ_UNDER)}
    assert below == set()
    assert "hub/settings.py" in found


def test_procedures_and_calendar_that_are_left_out_are_the_shipped_ones(written):
    settings = load(written(), {})
    assert len(settings.procedures.procedures) == 223
    assert settings.calendar.version


def test_another_registry_without_procedures_of_its_own_has_none(written, tmp_path):
    shipped = yaml.safe_load(resource("config", "agencies.yaml").read_text())
    offices = [a for a in shipped["agencies"] if a["kind"] == "office"]
    kept = [a for a in shipped["agencies"] if a not in offices[:1]]
    path = tmp_path / "agencies.yaml"
    path.write_text(yaml.safe_dump({**shipped, "agencies": kept}, allow_unicode=True))
    assert load(written(agencies="agencies.yaml"), {}).procedures.procedures == ()
    named = str(resource("config", "procedures.yaml"))
    told = problems(written(agencies="agencies.yaml", procedures=named))
    assert told
    assert all(offices[0]["code"] in line for line in told)


def test_procedures_and_a_calendar_that_are_not_there_are_told(written, tmp_path):
    told = problems(written(procedures="p.yaml", calendar="c.yaml"))
    assert told == tuple(
        f"{tmp_path / name}: No such file or directory" for name in ("p.yaml", "c.yaml")
    )
