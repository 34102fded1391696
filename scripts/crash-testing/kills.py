"""Kills at random moments, and at named ones."""

import signal

from rehearsal import (
    CONCURRENCY, CRASHING, FAULTS, Program, Simulator, Wrong, check_end, check_so_far, repetitions, some_time,
)

TOKENS, IN_USE, UNASKED = 400, 10, 200
FIRST = ["--yes", "--name", "crash", "--rate", "none", "--attempts", "50", "--halt-after", "never", "--report", "outcome.csv"]

# Named moments, and at which passes through each a job is killed. In the order in which a run comes to them.
POINTS = {
    "after-intent-commit": (1, 2, 9),
    "after-send": (1, 3, 20),
    "after-reply": (1, 2, 30),
    "before-outcome-commit": (1, 2, 9),
    "after-outcome-commit": (1, 2, 9),
    "in-checkpoint": (1, 4, 25),
    "before-report-rename": (1,),
    "after-report-rename": (1,),
}


class Job:
    """One job that is killed again and again, and what was in flight each time."""

    def __init__(self, folder, simulator):
        self.program = Program(folder, simulator.url)
        self.simulator = simulator
        self.program.write_manifest(range(1, TOKENS + 1))
        self.words = ["run", str(self.program.manifest), *FIRST, *Program.limits]
        self.caught = []

    def note_kill(self):
        # Killed before the plan was confirmed, there is no job yet: the same command makes it.
        if not self.program.jobs():
            return
        check_so_far(self.program.report(), self.simulator)
        self.caught.append(self.program.in_flight().difference(*self.caught))
        # From now on the queue is what counts: nothing of another list may be touched.
        self.program.write_manifest(range(TOKENS + 1, TOKENS + UNASKED + 1))
        self.words = ["resume", *Program.limits]

    def step(self, **how):
        """Goes on with the job until it ends or is killed. Returns whether it was killed."""
        code, errors = self.program.run(self.words, **how)
        if code == -signal.SIGKILL:
            self.note_kill()
            return True
        # Those in use are not gone.
        if code != 1:
            raise Wrong(f"ended with exit code {code} instead of 1: {errors[-500:]}")
        return False

    def finish(self):
        """Lets it end, compares, and returns the DELETEs that each kill cost."""
        if self.step():
            raise Wrong("killed by somebody else")
        rows = self.program.report()
        check_end(rows, self.simulator, range(1, TOKENS + 1))
        self.program.check_files()
        if max(map(len, self.caught), default=0) > CONCURRENCY:
            raise Wrong(f"{max(map(len, self.caught))} requests were in flight, with --concurrency {CONCURRENCY}")
        self.check_report(len(rows))
        return repetitions(rows, self.simulator, self.caught)

    def check_report(self, rows):
        lines = (self.program.folder / "outcome.csv").read_bytes().count(b"\r\n")
        if lines != rows + 1:
            raise Wrong(f"outcome.csv has {lines} lines instead of {rows + 1}")


def api(folder, is_calm, chance):
    return Simulator(folder, TOKENS + UNASKED, IN_USE + UNASKED, [] if is_calm else FAULTS, chance.randrange(1 << 30))


def at_random(folder, kills, is_calm, chance):
    """One job with at most so many kills. Returns what was in flight at each, and what each cost."""
    with api(folder, is_calm, chance) as simulator:
        job, done = Job(folder, simulator), 0
        while done < kills and job.step(until=some_time(chance, simulator)):
            done += 1
        again = job.finish()
        return done, [len(attempts) for attempts in job.caught], again


def at_point(folder, point, is_calm, chance):
    """One job that is killed at each pass of a named moment. Returns how often that was, and what each cost."""
    with api(folder, is_calm, chance) as simulator:
        job, done = Job(folder, simulator), 0
        for number in POINTS[point]:
            if not job.step(binary=CRASHING, crash_point=f"{point}:{number}"):
                raise Wrong(f"{point} was not passed {number} times")
            done += 1
            if "report" in point:
                check_rename(job, point)
        return done, job.finish()


def check_rename(job, point):
    """A report is there whole, or it is not there."""
    is_there = (job.program.folder / "outcome.csv").exists()
    if is_there != (point == "after-report-rename"):
        raise Wrong(f"killed at {point}, and the report is {'' if is_there else 'not '}there")
    if is_there:
        job.check_report(TOKENS)
