"""Topics of a company's own, fitted on a handful of examples each."""
