"""What waits for a worker: runs and jobs, who is next, and when each will be done."""
