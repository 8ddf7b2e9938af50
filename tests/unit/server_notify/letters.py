"""Letters that tests send."""

from __future__ import annotations

from barograph.server.notify.letter import Letter

ATTACK = "<script>alert(1)</script>\r\nBcc: everybody@example.org"


def letter(
    *, reason: str = "new", kind: str = "incident", arrived: frozenset[str] = frozenset(), **said: object
) -> Letter:
    document = {
        "type": "incident", "reason": reason, "title": "Nulls in income of bank/credit", "severity": "critical",
        "status": "new", "what": "12 % of income are null; usually 2 %.", "since_when": "Tuesday 14 November, 22:00.",
        "how_bad": "Accuracy falls by 3 points.", "why": "A source changed.\nNothing else moved.",
        "what_to_do": "Ask who runs warehouse.customers.", "links": {"incident": "https://b.example.org/incidents/7"},
        "alerts": [{"monitor": "nulls", "summary": "null share 0.12, limit 0.05", "severity": "critical"}],
        "chart": {
            "name": "share of nulls", "labels": ["1", "2", "3"], "values": [0.02, 0.02, 0.12], "limits": [None, 0.05],
            "breached": [2], "caption": "Share of nulls by day.",
        },
    }  # fmt: skip
    return Letter(
        kind=kind, document={**document, **said}, project="bank", reason=reason, arrived=arrived,
        incident_id=7 if kind == "incident" else None,
    )  # fmt: skip
