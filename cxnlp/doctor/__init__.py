"""What a file looks like before anything is scored."""
