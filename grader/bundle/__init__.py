"""Bundles and submissions: what authors write and what students hand in, read and checked."""
