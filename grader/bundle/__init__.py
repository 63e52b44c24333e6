"""Bundles and submissions: what authors write and what students submit, read and checked."""
