"""Who is there, and what they may do: sessions, passwords, permissions, headers, rate limits."""
