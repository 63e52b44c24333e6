"""The domain: bundles, the wire, the judge, the cell, feedback and the lab."""
