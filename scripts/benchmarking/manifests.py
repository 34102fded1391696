"""Input of any size, made once for each size."""

from servers import ACCOUNT


def token(number):
    """The id that the simulator gives its token of this number."""
    return f"00000000-0000-4000-8000-{number:012x}"


def _write(path, lines):
    if not path.exists():
        part = path.with_suffix(".part")
        with open(part, "w") as file:
            file.writelines(lines)
        part.rename(path)
    return path


def csv(folder, count):
    """A manifest as CSV: id, account and name of tokens 1 to `count`."""

    def lines():
        yield "service_token_id,account_id,name\n"
        for number in range(1, count + 1):
            yield f"{token(number)},{ACCOUNT},token-{number}\n"

    return _write(folder / f"{count}.csv", lines())


def json_lines(folder, count):
    """The same as JSON lines."""
    lines = (
        f'{{"service_token_id":"{token(number)}","account_id":"{ACCOUNT}","name":"token-{number}"}}\n' for number in range(1, count + 1)
    )
    return _write(folder / f"{count}.jsonl", lines)


def paths(count):
    """The path of each token's DELETE below the base URL."""
    return (f"/accounts/{ACCOUNT}/access/service_tokens/{token(number)}" for number in range(1, count + 1))
