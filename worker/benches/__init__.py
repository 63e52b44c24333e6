"""Benches: a judge and a sandbox server side by side, kept warm."""
