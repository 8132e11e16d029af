-- name: due
-- What waits for each worker function, and for how long the oldest has. A picture that is made again was seen before
-- and keeps the time of its first queueing, so it is due but never the oldest. From partial indexes: cheap.
SELECT 'render' AS queue, count(*) AS due,
    coalesce(extract(epoch FROM now() - min(queued_at) FILTER (WHERE remakes = 0)), 0)::float8 AS oldest
FROM renders WHERE settled_at IS NULL AND (lease_until IS NULL OR lease_until < now())
UNION ALL
SELECT 'describe', count(*), coalesce(extract(epoch FROM now() - min(r.ready_at)), 0)::float8
FROM renders r JOIN outputs o ON o.render_id = r.id AND o.name = 'poster'
WHERE r.described_at IS NULL AND r.status = 'ready' AND r.shader_id IS NOT NULL;

-- name: stored
-- How much there is; reads the tables through.
SELECT 'shaders' AS kind, status, count(*) AS n FROM shaders GROUP BY status
UNION ALL
SELECT 'renders', status, count(*) FROM renders GROUP BY status;

-- name: hurry
-- Whoever reads metrics waits for no lock and for no table that has grown large.
SELECT set_config('statement_timeout', '2s', true);
