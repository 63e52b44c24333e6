"""The domain: bundles, the wire, the judge, the sandbox, feedback and verification."""
