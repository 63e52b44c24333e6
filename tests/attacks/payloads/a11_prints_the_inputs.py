# A11: prints the inputs, warns of them and logs them, also from a thread and when it is ended.
import atexit
import logging
import sys
import threading
import warnings


def double(x):
    text = repr(x.tolist())
    print(text, flush=True)
    sys.stderr.write(text)
    warnings.warn(text)
    logging.error(text)
    threading.Thread(target=print, args=(text,)).start()
    atexit.register(print, text)
    sys.stdout.flush()
    return 2 * x + 1


def total(x):
    print(x.tolist())
    return 0.0
