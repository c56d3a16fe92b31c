"""The released model: loading, encoding, decoding."""
