"""Runs the lanes of `make test` side by side, shows each one's output when it ends, and sums up.

The lanes are commands of the Makefile, and all run at once. The browsers wait for half of their time (for pictures, for
letters, for a test of the wire that takes its seconds): what they leave of the processors is the others', who stand
behind them in its queue and wait for nothing but it. One browser test runs at a time here, two where the lane is alone.
With CI=true a lane that could not run, or not all of it, counts as failed.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

FIRST = "test-e2e"
BEHIND = ("nice", "-n", "5")
SKIPPED = "LANE SKIPPED:"  # what a lane prints, with the reason, when the machine lacks what it needs


@dataclass(frozen=True)
class Result:
    lane: str
    code: int
    seconds: float
    output: str

    @property
    def skipped(self) -> str:
        """The reason why the lane, or a part of it, did not run; or nothing."""
        reasons = [line.partition(SKIPPED)[2].strip() for line in self.output.splitlines() if SKIPPED in line]
        return reasons[0] if reasons else ""


def run(lane: str) -> Result:
    started = time.monotonic()
    command = [*(() if lane == FIRST else BEHIND), "make", "--no-print-directory", lane, "BROWSERS=1"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return Result(lane, done.returncode, time.monotonic() - started, done.stdout)


def main(lanes: list[str]) -> int:
    results = []
    with ThreadPoolExecutor(len(lanes)) as pool:
        for future in as_completed([pool.submit(run, lane) for lane in lanes]):
            result = future.result()
            results.append(result)
            print(f"\n== {result.lane} ({result.seconds:.0f} s)\n{result.output}", flush=True)
    return summary(results)


def summary(results: list[Result]) -> int:
    strict = os.environ.get("CI") == "true"
    failed = [r for r in results if r.code or (strict and r.skipped)]
    print("\n== Summary")
    for result in results:
        state = "FAILED" if result.code else f"skipped: {result.skipped}" if result.skipped else "passed"
        print(f"{result.lane:10} {state} in {result.seconds:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
