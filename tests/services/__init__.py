"""The servers that tests use: real ones, started in folders of their own and ended with the tests."""
