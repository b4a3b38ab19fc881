"""Rolls the sandbox's cluster by this program and by what people use instead, and prints a row for each."""
import gzip
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from measure import roll  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
COLUMNS = ["", "level at the end", "seconds", "without writes", "idle a node", "EC2 a node", "nodes a node", "memory", "processor", "broken rules"]


def found(pattern, report):
    return re.search(pattern, report).group(1)


def row(name, program, scale, replicas):
    """One roll, as the cells of a row. A script that failed has one too: what came of it is what counts."""
    os.environ["TIME_SCALE"] = scale
    report, (kib, processor, seconds) = roll(program, scale, ["--replicas", replicas])
    return [
        name,
        found(r"nodes updated +(.*)", report),
        f"{seconds:.0f} s",
        found(r"clients, ([\d.]+ s) in all", report),
        found(r"median ([\d.]+ s) per node", report),
        found(r"requests +(\d+) to EC2", report),
        found(r"(\d+) to nodes, for each node", report),
        f"{kib / 1024:.0f} MiB",
        f"{processor:.1f} s",
        found(r"broken rules +(.*)", report),
    ]


def compressed(path):
    with open(path, "rb") as file:
        return len(gzip.compress(file.read()))


def main(program, scale, replicas):
    rolls = [
        ("careful script", os.path.join(HERE, "careful.sh")),
        ("the article's rule", os.path.join(HERE, "article.sh")),
        ("this program", program),
    ]
    print(f"| {' | '.join(COLUMNS)} |")
    print(f"|{'---|' * len(COLUMNS)}")
    for name, path in rolls:
        print(f"| {' | '.join(row(name, path, scale, replicas))} |", flush=True)
    action = len(gzip.compress(subprocess.run(["git", "archive", "HEAD"], check=True, capture_output=True).stdout))
    print(f"\nuses: downloads {action / 1e6:.1f} MB of the action and {compressed(program) / 1e6:.1f} MB of the program.")


if __name__ == "__main__":
    main(*sys.argv[1:])
