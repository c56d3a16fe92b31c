"""Check what the reader chose before anything is computed."""

from __future__ import annotations

from cxnlp.insights.compared_groups import parse_compare
from cxnlp.insights.data import InsightData
from cxnlp.insights.options import InsightOptions


def check_choices(data: InsightData, options: InsightOptions) -> None:
    """Refuse a column or groups that are not in the file; an insight would only note it.

    :raises InputError: saying which there are.
    """
    if options.by is not None:
        data.scored.group(options.by)
    compared = parse_compare(options.compare)
    if compared is not None:
        data.scored.group(compared.column)
