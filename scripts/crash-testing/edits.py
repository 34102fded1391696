"""A list that is edited between a kill and the next start: this program and `parallel --joblog --resume`, treated alike."""

import os
import signal
import subprocess

from rehearsal import ACCOUNT, CONCURRENCY, GONE, SECRET, Program, Simulator, Wrong, some_time, token

FIRST, ADDED = range(1, 1001), range(1001, 1021)
KILLS = 4


def lists():
    """The list at the start and after each kill: rows are put in at its top, then it is put in another order."""
    rows = list(FIRST)
    yield rows
    rows = [*ADDED, *rows]
    yield rows
    for _ in range(KILLS - 1):
        rows = rows[300:] + rows[:300]
        yield rows


def ours(folder, chance):
    """Returns kills and what became of the rows, after the same command with each list, and `resume` for what was left."""
    with Simulator(folder, ADDED[-1], 0, [], chance.randrange(1 << 30)) as simulator:
        program, kills = Program(folder, simulator.url), 0
        words = ["run", str(program.manifest), "--yes", "--rate", "none", *Program.limits]
        for number, rows in enumerate(lists()):
            program.write_manifest(rows)
            before = len(program.jobs())
            code, errors = program.run(words, until=some_time(chance, simulator) if number < KILLS else None)
            kills += code == -signal.SIGKILL
            # Another order is the same plan; other rows are another one, and the job for the old ones is still there.
            expected = {0: 1, 1: 2}.get(number, 2)
            if before and len(program.jobs()) not in (before, expected):
                raise Wrong(f"there are {len(program.jobs())} jobs after the list was edited {number} times")
        if code != 0:
            raise Wrong(f"the last list ended with exit code {code}: {errors[-500:]}")
        for job in program.jobs():
            if job["state"] != "finished" and program.run(["resume", str(job["job"]), *Program.limits])[0] != 0:
                raise Wrong(f"job {job['job']} cannot be finished")
        rows = {row["service_token_id"]: row["outcome"] for job in program.jobs() for row in program.report(str(job["job"]))}
        program.check_files()
        return kills, missing(simulator, rows)


def missing(simulator, rows):
    """Tokens of any of the lists that nobody asked for; a row that is told otherwise than it is, is wrong."""
    removed = simulator.removed()
    names = {token(number) for number in [*FIRST, *ADDED]}
    for name in names:
        if (rows.get(name) in GONE) != (name in removed):
            raise Wrong(f"{name} is reported {rows.get(name, 'nowhere')}, and the ledger says otherwise")
    return len(names - set(simulator.sent()))


def parallels(folder, chance, is_edited):
    """`parallel` with a job log. Returns kills, the DELETEs that were sent again, and the tokens that were never asked for."""
    with Simulator(folder, ADDED[-1], 0, [], chance.randrange(1 << 30)) as simulator:
        place, log = folder / "urls", folder / "joblog"
        command = ["parallel", "--will-cite", f"-j{CONCURRENCY}", "--joblog", str(log), "--resume", "--arg-file", str(place)]
        command += ["curl", "-s", "-o", "/dev/null", "-X", "DELETE", "-H", f"'Authorization: Bearer {SECRET}'", "{}"]
        kills, rows = 0, []
        for number, edited in enumerate(lists()):
            rows = edited if is_edited or not rows else rows
            place.write_text("".join(f"{simulator.url}/accounts/{ACCOUNT}/access/service_tokens/{token(row)}\n" for row in rows))
            kills += was_killed(command, chance.uniform(1.0, 2.0) if number < KILLS else None)
        sent = simulator.sent()
        return kills, sum(sent.values()) - len(sent), len({token(row) for row in rows} - set(sent))


def was_killed(command, seconds):
    """Runs parallel and everything that it started, and kills all of them after so many seconds."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(seconds)
        return False
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
