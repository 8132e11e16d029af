-- What is told of each picture besides its size and time: about, {frame, time_delta, facts, warnings} of a still,
-- {start, duration, fps, steps_per_second, warnings} of a clip; empty for those of earlier versions.
ALTER TABLE outputs ADD COLUMN about jsonb NOT NULL DEFAULT '{}';

-- warnings: what is odd about the project of a render. possible: what would do where it is too heavy.
ALTER TABLE renders ADD COLUMN warnings jsonb NOT NULL DEFAULT '[]', ADD COLUMN possible jsonb;
