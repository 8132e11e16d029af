"""The JavaScript that draws inside the browser, and the Python that loads and calls it."""
