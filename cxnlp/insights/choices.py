"""Check what the reader chose before anything is computed."""

from __future__ import annotations

from cxnlp.insights.compared_groups import parse_compare
from cxnlp.insights.data import InsightData
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.sample_labels import check_sample


def check_choices(data: InsightData, options: InsightOptions) -> None:
    """Refuse a column, groups or labels that cannot be used; an insight would only note it.

    :raises InputError: saying which there are.
    """
    if options.by is not None:
        data.scored.group(options.by)
    if options.labels is not None:
        check_sample(options.labels)
    compared = parse_compare(options.compare)
    if compared is not None:
        data.scored.group(compared.column)
