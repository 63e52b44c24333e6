"""The queue: submissions in, runs out, through Celery on Redis or Valkey, with the database as the truth."""
