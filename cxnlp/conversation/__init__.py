"""What a chat so far says of its customer: the arc of how they feel, the risk that it escalates."""
