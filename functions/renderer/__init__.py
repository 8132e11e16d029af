"""The renderer: draws shaders in headless Chromium, one browser a job, and encodes pictures and clips."""

import os

# Before numpy is loaded: on pictures of this size its threads cost as much as the work that they share.
os.putenv("OPENBLAS_NUM_THREADS", "1")
