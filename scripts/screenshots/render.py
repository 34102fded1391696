"""A terminal's screen, as `tmux capture-pane -e -p` writes it, on standard input; an SVG of it on standard output.

    tmux capture-pane -e -p | python3 render.py TITLE HEAD TAIL

Of the lines the first HEAD and the last TAIL are drawn, with a sign between them where some are left out.
"""

import re
import sys
from xml.sax.saxutils import escape

COLORS = {31: "#d73a49", 32: "#28a745", 33: "#dbab09"}
BACKGROUND, TEXT = "#0d1117", "#e6edf3"
WIDTH, HEIGHT, MARGIN = 8.4, 19, 14
# Viewers fold spaces, whatever xml:space says.
NO_BREAK = "\u00a0"


def runs(line):
    """Parts of a line with the color and weight they have."""
    color, bold = TEXT, False
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if not part.startswith("\x1b"):
            if part:
                yield part, color, bold
            continue
        for code in [int(code or 0) for code in part[2:-1].split(";")]:
            if code == 0:
                color, bold = TEXT, False
            elif code == 1:
                bold = True
            elif code == 39:
                color = TEXT
            else:
                color = COLORS.get(code, color)


def chosen(lines, head, tail):
    if len(lines) <= head + tail:
        return lines
    return lines[:head] + (["  ⋮"] if head else []) + lines[len(lines) - tail :]


def svg(text, title, head, tail):
    # The prompt that waits for the next command is no part of the picture.
    lines = chosen(re.sub(r"\n\$ ?$", "", text.rstrip()).split("\n"), head, tail)
    columns = max(len(re.sub(r"\x1b\[[0-9;]*m", "", line)) for line in lines)
    width, height = columns * WIDTH + 2 * MARGIN, len(lines) * HEIGHT + 2 * MARGIN
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
        f' role="img"><title>{escape(title)}</title>'
    )
    yield f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>'
    yield '<g font-family="ui-monospace,Menlo,Consolas,DejaVu Sans Mono,monospace" font-size="14">'
    for number, line in enumerate(lines):
        column = 0
        for part, color, bold in runs(line):
            weight = ' font-weight="bold"' if bold else ""
            x, y = MARGIN + column * WIDTH, MARGIN + number * HEIGHT + 14
            column += len(part)
            shown = escape(part).replace(" ", NO_BREAK)
            if part.strip():
                yield (
                    f'<text x="{x:.1f}" y="{y}" fill="{color}"{weight} textLength="{len(part) * WIDTH:.1f}">{shown}</text>'
                )
    yield "</g></svg>"


for line in svg(sys.stdin.read(), sys.argv[1], int(sys.argv[2]), int(sys.argv[3])):
    print(line)
