"""What is shipped: requirements, licences, wheel, image, compose."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from hub.cli.main import app
from hub.settings import load

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
OURS = {"lienthong"}


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.fail("this test reads what git tracks; run it in a checkout")
    told = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    names = told.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


# --- requirements


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_with_its_hashes(name: str):
    text = (ROOT / name).read_text().replace("\\\n", " ")
    wanted = [
        line for line in text.splitlines() if line.strip() and line.strip()[0] != "#"
    ]

    assert len(wanted) > 20
    for line in wanted:
        assert re.match(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==[\w.!+]+ ", line), line
        assert "--hash=sha256:" in line, line


def test_no_tracked_file_names_the_address_of_a_package_registry():
    # Written in pieces, so that this file is not the one that is found.
    address = re.compile(
        rb"--(?:extra-)?index"
        rb"-url|--trusted"
        rb"-host|--find"
        rb"-links"
        rb"|pypi\."
        rb"org|python"
        rb"hosted|index"
        rb"-url\s*="
        rb"|registry\.npm"
        rb"js|deb\.debian"
        rb"\.org"
    )

    assert [path for path in tracked() if address.search(path.read_bytes())] == []


# --- licences

#: May stand beside Apache-2.0 in one product. MPL-2.0 is copyleft by file and is used
#: unchanged; LGPL would be acceptable for what is only linked, and nothing needs it.
ALLOWED = re.compile(
    r"(apache|mit\b|mit-0|mit-cmu|bsd|psf|python software foundation|isc\b|zlib|mpl"
    r"|mozilla public license 2|unlicense|0bsd)",
    re.IGNORECASE,
)
REFUSED = re.compile(r"\b(a?gpl|general public|affero|sspl|proprietary)", re.IGNORECASE)
#: Distributions that do not say it in their metadata, looked up by hand.
BY_HAND: dict[str, str] = {}


def licences(distribution: Distribution) -> list[str]:
    """Every statement a distribution makes about its licence."""
    told = distribution.metadata.json
    marks = [
        each.rpartition("::")[2].strip()
        for each in told.get("classifier", ())
        if each.startswith("License ::") and each.count("::") > 1
    ]
    expression = str(told.get("license_expression", ""))
    first_line = str(told.get("license", "")).strip().splitlines()[:1]
    by_hand = BY_HAND.get(distribution.name.lower(), "")
    return [each for each in (expression, *marks, *first_line, by_hand) if each]


def terms(statement: str) -> list[str]:
    """The licences of an expression that all hold (AND); of an OR one is enough."""
    return re.split(r"\s+and\s+|,", statement, flags=re.IGNORECASE)


INSTALLED = sorted(
    (each for each in distributions() if each.name.lower() not in OURS),
    key=lambda each: each.name.lower(),
)


@pytest.mark.parametrize("distribution", INSTALLED, ids=lambda each: each.name)
def test_every_installed_package_has_a_licence_we_may_use(distribution: Distribution):
    statements = licences(distribution)

    assert statements, f"{distribution.name} says nothing: look it up, see BY_HAND"
    assert ALLOWED.search(" ".join(statements)), statements
    for statement in statements:
        for term in terms(statement):
            assert not REFUSED.search(term) or ALLOWED.search(term), statements


def test_the_allow_list_refuses_what_it_must():
    for bad in ("GPL-3.0-only", "AGPL-3.0", "GNU General Public License v3 (GPLv3)"):
        assert REFUSED.search(bad)
        assert not ALLOWED.search(bad)
    assert not ALLOWED.search("MITRE Proprietary")


# --- the image and compose


def test_every_file_the_image_copies_is_there_and_reaches_the_builder():
    sources = [
        source
        for line in DOCKERFILE.splitlines()
        if line.startswith("COPY ") and "--from=" not in line
        for source in line.split()[1:-1]
    ]
    let_in = (ROOT / ".dockerignore").read_text().splitlines()

    assert {"hub", "adapters", "schemas", "config"} <= set(sources)
    for source in sources:
        assert (ROOT / source).exists(), source
        assert f"!{source}" in let_in, source


def test_the_image_runs_without_rights_and_says_how_it_is():
    last_stage = DOCKERFILE.rpartition("\nFROM ")[2]

    assert "\nUSER hub\n" in last_stage
    assert "HEALTHCHECK" in last_stage
    assert '"check", "--live"' in last_stage
    assert DOCKERFILE.count("--require-hashes") == 2


def test_every_pip_of_the_image_asks_for_hashes_or_no_index_at_all():
    for command in re.findall(r"pip install [^\\&]*(?:\\\n[^\\&]*)*", DOCKERFILE):
        assert "--require-hashes" in command or "--no-index" in command, command


def test_only_loopback_is_published():
    published = [
        port
        for service in COMPOSE["services"].values()
        for port in service.get("ports", [])
    ]

    assert published
    assert all(str(port).startswith("127.0.0.1:") for port in published)


def test_all_roles_are_there_and_each_is_watched():
    services = COMPOSE["services"]

    assert set(services) == {
        "front", "worker", "worker-large", "relay", "migrate", "rabbitmq", "postgres",
    }  # fmt: skip
    for name, service in services.items():
        watched = "test" in service["healthcheck"]
        assert watched or name == "migrate"


def test_secrets_are_files_that_git_does_not_see():
    ignored = (ROOT / ".gitignore").read_text().splitlines()

    assert "/run/" in ignored
    for secret in COMPOSE["secrets"].values():
        assert secret["file"].startswith("run/secrets/")
    for service in COMPOSE["services"].values():
        for key, value in service.get("environment", {}).items():
            assert "PASSWORD" not in key or key.endswith("_FILE"), (key, value)


def test_every_secret_file_of_the_containers_settings_is_given_to_them():
    settings = (ROOT / "config" / "hub.compose.yaml").read_text()
    wanted = set(re.findall(r"/run/secrets/(\w+)", settings))

    assert wanted <= set(COMPOSE["services"]["front"]["secrets"])


def test_the_settings_of_the_containers_are_fit_to_start_with(tmp_path: Path):
    folder = tmp_path / "hub"
    shutil.copytree(ROOT / "config", folder)
    file = folder / "hub.compose.yaml"
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    for name in COMPOSE["secrets"]:
        (secrets / name).write_text(f"text-of-{name}")
    (secrets / "journal_url").write_text("postgresql://hub:x@postgres/hub")
    (secrets / "broker_url").write_text("amqp://hub:x@rabbitmq/")
    file.write_text(file.read_text().replace("/run/secrets", str(secrets)))

    settings = load(file, {})

    assert settings.broker_url == "amqp://hub:x@rabbitmq/"
    assert settings.journal_url == "postgresql://hub:x@postgres/hub"
    assert settings.file.front.host == "0.0.0.0"


def test_commands_of_compose_are_commands_of_the_hub():
    known = set(get_command(app).commands)  # type: ignore[attr-defined]
    wanted = {
        service["command"][0]
        for service in COMPOSE["services"].values()
        if "command" in service
    }

    assert wanted <= known


# --- the wheel


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built offline from what git tracks."""
    source = tmp_path_factory.mktemp("source")
    for path in tracked():
        target = source / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    built = tmp_path_factory.mktemp("dist")
    told = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", built],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    [made] = built.glob("*.whl")
    return made


def test_the_wheel_holds_code_schemas_and_config(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    for name in (
        "hub/cli/main.py",
        "adapters/axis/adapter.py",
        "hub/data/schemas/edxml.xsd",
        "hub/data/config/policy.yaml",
        "hub/data/config/hub.example.yaml",
    ):
        assert name in names
    assert not [name for name in names if name.startswith("tests/")]
    assert [name for name in names if name.endswith("licenses/LICENSE")]


def test_the_hub_of_the_wheel_works_from_any_folder(wheel: Path, tmp_path: Path):
    place = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    program = (
        "import hub, sys; from pathlib import Path;"
        "assert Path(hub.__file__).is_relative_to(sys.argv[1]), hub.__file__;"
        "from hub.resources import resource;"
        "print(resource('schemas', 'edxml.xsd'), resource('config', 'policy.yaml'))"
    )
    environment = {**os.environ, "PYTHONPATH": str(place), "NO_COLOR": "1"}

    def run(*command: str) -> str:
        told = subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 0, told.stdout + told.stderr
        return told.stdout

    assert str(place) in run("-c", program, str(place))
    help_text = run("-m", "hub", "--help")
    assert "relay" in help_text
    assert "front" in help_text
