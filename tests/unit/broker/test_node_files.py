"""The folder of a private node, without a node."""

import socket

from hub.broker.node_files import NodeFiles


def made(base) -> NodeFiles:
    files = NodeFiles(base)
    files.prepare()
    files.choose_ports()
    return files


def test_the_same_folder_gives_the_same_address_again(tmp_path):
    assert made(tmp_path).url == made(tmp_path).url


def test_ports_somebody_else_took_meanwhile_are_given_up(tmp_path):
    first = made(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first.ports["amqp"]))
        taken.listen()

        second = made(tmp_path)

    assert second.ports["amqp"] != first.ports["amqp"]


def test_nothing_of_our_environment_reaches_the_node(tmp_path, monkeypatch):
    monkeypatch.setenv("HUB_BROKER__URL", "amqp://secret")
    monkeypatch.setenv("RABBITMQ_NODENAME", "another@elsewhere")

    environment = made(tmp_path).environment()

    assert "HUB_BROKER__URL" not in environment
    assert environment["RABBITMQ_NODENAME"] == "hub@localhost"


def test_everything_stands_inside_the_folder_and_on_loopback(tmp_path):
    environment = made(tmp_path).environment()
    paths = [value for value in environment.values() if value.startswith("/")]

    assert all(
        path.startswith((str(tmp_path), "/usr", "/bin", "/dev/null")) for path in paths
    )
    assert environment["RABBITMQ_NODE_IP_ADDRESS"] == "127.0.0.1"
    assert environment["ERL_EPMD_ADDRESS"] == "127.0.0.1"


def test_rabbitmqctl_has_a_block_of_ports_of_its_own(tmp_path):
    environment = made(tmp_path).environment()
    low = int(environment["RABBITMQ_CTL_DIST_PORT_MIN"])
    high = int(environment["RABBITMQ_CTL_DIST_PORT_MAX"])

    assert high - low == 3
