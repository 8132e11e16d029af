"""Shaders become pictures and clips: a pool of browsers, each used once, and what happens to their pixels."""

import os

# Before numpy is loaded: on pictures as small as ours its threads cost as much again as the work that they share.
os.putenv("OPENBLAS_NUM_THREADS", "1")
