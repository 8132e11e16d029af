-- made_way_at: when a preview last gave way to this render, so that only one does.
ALTER TABLE renders ADD COLUMN made_way_at timestamptz;

-- The source of an ad hoc render is kept until it is settled; then it is null in JSON, since the column must have something.
UPDATE renders SET project = 'null' WHERE shader_id IS NULL AND settled_at IS NOT NULL;

-- Who has how many ad hoc renders, and which are the oldest.
CREATE INDEX renders_kept ON renders (requested_by, requested_from, queued_at DESC) WHERE expires_at IS NOT NULL;
