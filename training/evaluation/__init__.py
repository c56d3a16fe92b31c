"""What `cxnlp evaluate` and a release measure, each piece in a module of its own."""
