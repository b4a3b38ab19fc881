"""Measures the native program: size, start, and the memory, processor time and idle time of a roll."""
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 40


def milliseconds_to_start(command):
    """Median wall-clock time of a command that ends at once, after two runs that warm the caches."""
    times = []
    for run in range(RUNS + 2):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[2:])


def roll(program, scale, options=()):
    """Rolls the sandbox's cluster with the program inside a wrapper that reports what the kernel counted for it."""
    with tempfile.TemporaryDirectory() as folder:
        usage = os.path.join(folder, "usage")
        wrapper = os.path.join(folder, "program")
        with open(wrapper, "w", encoding="utf-8") as script:
            script.write(f"#!/bin/sh\nexec {sys.executable} {os.path.abspath(__file__)} --count {usage} {os.path.abspath(program)}\n")
        os.chmod(wrapper, 0o755)
        sandbox = ["dotnet", "run", "--no-build", "--configuration", "Release", "--project", "tests/EsdbRollingAction.Sandbox", "--"]
        report = subprocess.run(
            [*sandbox, "--time-scale", scale, "--program", wrapper, *options], check=not options, capture_output=True, text=True).stdout
        with open(usage, encoding="utf-8") as counted:
            return report, [float(number) for number in counted.read().split()]


def count(usage, program):
    """Runs the program and writes its peak memory (KiB), processor time (s) and duration (s)."""
    start = time.perf_counter()
    code = subprocess.run([program], check=False).returncode
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(usage, "w", encoding="utf-8") as counted:
        counted.write(f"{used.ru_maxrss} {used.ru_utime + used.ru_stime} {time.perf_counter() - start}")
    sys.exit(code)


def main(program, scale):
    print(f"binary               {os.path.getsize(program) / 1e6:.1f} MB")
    print(f"--version            {milliseconds_to_start([program, '--version']):.1f} ms, median of {RUNS}")
    print(f"/bin/true            {milliseconds_to_start(['/bin/true']):.1f} ms, the same way")
    report, (kib, processor, seconds) = roll(program, scale)
    print(f"peak memory          {kib / 1024:.1f} MiB")
    print(f"processor time       {processor:.2f} s in {seconds:.0f} s of rolling, {processor / seconds * 600:.2f} s in 10 minutes")
    print(re.search(r"program idle.*", report).group())
    print(re.search(r"requests .*", report).group())
    print(re.search(r"longest write gap.*", report).group())
    print(re.search(r"broken rules.*", report).group())


if __name__ == "__main__":
    if sys.argv[1] == "--count":
        count(sys.argv[2], sys.argv[3])
    main(sys.argv[1], sys.argv[2])
