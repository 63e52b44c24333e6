"""What a run found, as data: the run with its tests, and the plots that tests draw."""
