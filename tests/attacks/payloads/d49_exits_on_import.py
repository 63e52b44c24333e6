# D49, C35: ends the process while it is loaded.
import os

os._exit(0)
