"""A grading slot: one worker process that claims runs and jobs, and the bench pool it grades them on."""
