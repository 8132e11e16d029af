"""One render job from a project to its outputs: the attempt, its steps, and the stream of records."""
