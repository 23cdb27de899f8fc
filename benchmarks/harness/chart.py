"""Latency by server as a picture."""

import math
from html import escape

from harness.catalogue import SERVERS
from harness.figures import Figures, number

_LEFT, _RIGHT, _TOP, _ROW, _BOTTOM, _WIDTH = 290, 90, 64, 26, 44, 900
_COLOURS = {"floor": "#666666", "ours": "#1f77b4", "synapseml": "#d62728", "python": "#2ca02c"}
_TITLE = "Latency at 1 connection, milliseconds: median, 90 % and 99 %"


def latency(figures: Figures, connections: int = 1) -> str | None:
    """Draw median, 90 % and 99 % of each server on a logarithmic scale; None without figures."""
    bars = []
    for server in SERVERS:
        points = [
            figures.millis(field, "hello", server.name, connections=connections)
            for field in ("p50", "p90", "p99")
        ]
        if all(points):
            bars.append((server, [point.median for point in points]))
    if not bars:
        return None
    low = math.floor(math.log10(min(bar[1][0] for bar in bars)))
    high = math.ceil(math.log10(max(bar[1][2] for bar in bars)))
    height = _TOP + len(bars) * _ROW + _BOTTOM
    scale = (_WIDTH - _LEFT - _RIGHT) / max(1, high - low)

    def x(value: float) -> float:
        return _LEFT + (math.log10(value) - low) * scale

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'font-family="sans-serif" font-size="13" role="img" aria-label="{_TITLE}">',
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>',
        f'<text x="16" y="28" font-size="16" font-weight="bold">{_TITLE}</text>',
    ]
    bottom = _TOP + len(bars) * _ROW
    for exponent in range(low, high + 1):
        at = x(10.0**exponent)
        parts.append(
            f'<line x1="{at:.1f}" y1="{_TOP - 8}" x2="{at:.1f}" y2="{bottom}" stroke="#dddddd"/>'
            f'<text x="{at:.1f}" y="{bottom + 20}" text-anchor="middle">{10.0**exponent:g}</text>'
        )
    for index, (server, (middle, ninety, last)) in enumerate(bars):
        y = _TOP + index * _ROW + _ROW / 2
        colour = _COLOURS[server.family]
        parts.append(
            f'<text x="{_LEFT - 12}" y="{y + 4:.1f}" text-anchor="end">'
            f"{escape(server.label)}</text>"
            f'<line x1="{x(middle):.1f}" y1="{y}" x2="{x(last):.1f}" y2="{y}" stroke="{colour}" '
            'stroke-width="3"/>'
            f'<circle cx="{x(middle):.1f}" cy="{y}" r="6" fill="{colour}"/>'
            f'<circle cx="{x(ninety):.1f}" cy="{y}" r="3.5" fill="white" stroke="{colour}" '
            'stroke-width="2"/>'
            f'<line x1="{x(last):.1f}" y1="{y - 6}" x2="{x(last):.1f}" y2="{y + 6}" '
            f'stroke="{colour}" stroke-width="3"/>'
            f'<text x="{x(last) + 8:.1f}" y="{y + 4:.1f}" fill="{colour}">{number(middle)}</text>'
        )
    parts.append("</svg>")
    return "\n".join(parts) + "\n"
