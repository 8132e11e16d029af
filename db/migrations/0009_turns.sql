-- made_way_at: when a preview last gave way to this render, so that only one does.
ALTER TABLE renders ADD COLUMN made_way_at timestamptz;
