-- What the plan of a render came to on its project, and under which content key: sent along whenever it is made again,
-- so that a busy machine never changes the pictures.

ALTER TABLE renders ADD COLUMN fit jsonb, ADD COLUMN fit_key text;
CREATE INDEX renders_fit ON renders (fit_key) WHERE fit_key IS NOT NULL;

-- Who has been served lately, for turns.
CREATE INDEX renders_settled ON renders (settled_at) WHERE settled_at IS NOT NULL;
