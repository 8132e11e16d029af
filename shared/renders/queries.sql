-- name: queue_version
INSERT INTO renders (shader_id, version, plan, requested_by, request_id)
VALUES (%(shader)s, %(version)s, %(plan)s, %(user)s, %(request)s) RETURNING id;

-- name: was_too_much
-- A row if the server's newest attempt at the version failed for one of the reasons, and no captured picture serves or waits.
SELECT FROM (SELECT status, reason FROM renders WHERE shader_id = %(shader)s AND version = %(n)s AND capture IS NULL
        ORDER BY queued_at DESC LIMIT 1) newest
WHERE status = 'failed' AND reason = ANY(%(reasons)s)
  AND NOT EXISTS (SELECT FROM renders WHERE shader_id = %(shader)s AND version = %(n)s AND capture IS NOT NULL AND status <> 'failed'
      AND coalesce(facets->>'blank', '') <> 'true');

-- name: drop_bad_captures
DELETE FROM renders WHERE shader_id = %(shader)s AND version = %(n)s AND capture IS NOT NULL;

-- name: captured_bytes
SELECT coalesce(sum(pg_column_size(r.capture)), 0)::bigint AS bytes FROM renders r JOIN shaders s ON s.id = r.shader_id
WHERE s.author_id = %(author)s AND r.capture IS NOT NULL;

-- name: supersede
UPDATE renders SET status = 'failed', preview = 'none', reason = 'superseded', settled_at = now(),
    detail = 'Newer versions were saved before this one was drawn.'
WHERE shader_id = %(shader)s AND version <= %(oldest)s AND settled_at IS NULL AND status = 'queued' AND fence = 0;

-- name: queue_capture
INSERT INTO renders (shader_id, version, plan, preview, capture, requested_by, request_id)
VALUES (%(shader)s, %(version)s, %(plan)s, 'none', %(capture)s, %(user)s, %(request)s) RETURNING id;

-- name: queue_project
-- An ad hoc render: pictures of a project that nobody saved; they go after a day.
INSERT INTO renders (project, plan, preview, requested_by, requested_from, request_id, expires_at)
VALUES (%(project)s, %(plan)s, %(preview)s, %(user)s, %(client)s, %(request)s, now() + interval '1 day') RETURNING id;

-- name: read
-- Renders of a draft, and of versions that were never public, are its author's alone; an ad hoc render belongs to whoever holds its id.
SELECT d.document FROM render_documents d LEFT JOIN shaders s ON s.id = d.shader_id
LEFT JOIN versions v ON v.shader_id = d.shader_id AND v.n = d.version
WHERE d.id = %(id)s AND (%(trusted)s OR s.id IS NULL OR s.author_id = %(user)s::uuid OR v.public_at IS NOT NULL);

-- name: outputs
SELECT name, key, type, width, height, time FROM outputs WHERE render_id = %(id)s ORDER BY name;

-- name: lock_of_shader
SELECT id FROM renders WHERE shader_id = %(shader)s ORDER BY id FOR UPDATE;

-- name: verdict
-- What became of a version's pictures: of its newest render. too_much: why the server could not draw what was captured instead.
SELECT r.id, r.status, r.reason, r.detail, r.errors, r.facets, r.settled_at IS NOT NULL AS settled,
    CASE WHEN r.capture IS NOT NULL THEN (SELECT s.reason FROM renders s WHERE s.shader_id = r.shader_id AND s.version = r.version
        AND s.capture IS NULL ORDER BY s.queued_at DESC LIMIT 1) END AS too_much
FROM renders r WHERE r.shader_id = %(shader)s AND r.version = %(n)s ORDER BY r.queued_at DESC LIMIT 1;

-- name: older_good
-- The newest version before n that was public and can be seen.
SELECT max(r.version) AS n FROM renders r JOIN versions v ON v.shader_id = r.shader_id AND v.n = r.version
WHERE r.shader_id = %(shader)s AND r.version < %(n)s AND r.status = 'ready' AND v.public_at IS NOT NULL;

-- name: of_shader
SELECT r.id, r.queued_at, d.document FROM renders r JOIN render_documents d ON d.id = r.id
JOIN versions v ON v.shader_id = r.shader_id AND v.n = r.version
WHERE r.shader_id = %(shader)s AND (%(own)s OR v.public_at IS NOT NULL)
  AND (%(after)s::timestamptz IS NULL OR (r.queued_at, r.id) < (%(after)s::timestamptz, %(after_id)s::uuid))
ORDER BY r.queued_at DESC, r.id DESC LIMIT %(limit)s;

-- name: claim
-- The lease: one due row. Those that show nothing yet come first, and among these whoever was served least within the last
-- minute, whatever it was; of one user what was saved comes before ad hoc renders; then this one if it is due; then the oldest.
-- A preview waits behind all of them only where there is a poster to look at instead, and not for ever: once it has waited for
-- `wait`, and as long again each time it gave way, or gave way for the last time, it takes its turn among them.
-- A row whose lease ran out lost its worker; the raised fence keeps that one's late results out.
WITH served AS (
    SELECT requested_by, requested_from, count(*) AS n FROM renders
    WHERE settled_at > now() - interval '1 minute'
       OR (settled_at IS NULL AND (lease_until >= now() OR ready_at > now() - interval '1 minute'))
    GROUP BY requested_by, requested_from
), due AS (
    SELECT d.id FROM renders d LEFT JOIN served
        ON served.requested_by IS NOT DISTINCT FROM d.requested_by AND served.requested_from IS NOT DISTINCT FROM d.requested_from
    WHERE d.settled_at IS NULL AND (d.lease_until IS NULL OR d.lease_until < now())
    ORDER BY (d.status = 'ready' AND d.facets->>'blank' IS DISTINCT FROM 'true' AND d.yields < %(most)s
              AND d.ready_at + (d.yields + 1) * %(wait)s::interval > now()), coalesce(served.n, 0), (d.shader_id IS NULL), (d.id::text = %(first)s) DESC, d.queued_at
    LIMIT 1 FOR UPDATE OF d SKIP LOCKED
)
UPDATE renders r SET fence = r.fence + 1, lease_until = now() + %(lease)s::interval, attempts = r.attempts + 1,
    status = CASE WHEN r.status = 'ready' THEN 'ready' ELSE 'rendering' END
FROM due WHERE r.id = due.id
RETURNING r.id, r.fence, r.attempts, r.losses, r.status, r.plan, r.request_id, r.requested_by, r.shader_id, r.version, r.content_key,
    r.capture, coalesce(r.project, (SELECT v.project FROM versions v WHERE v.shader_id = r.shader_id AND v.n = r.version)) AS project;

-- name: fit
-- What the plan came to when this content was first drawn.
SELECT fit FROM renders WHERE fit_key = %(content_key)s ORDER BY (fit->'moves' = 'null'), queued_at LIMIT 1;

-- name: renew
UPDATE renders SET lease_until = now() + %(lease)s::interval WHERE id = %(id)s AND fence = %(fence)s AND settled_at IS NULL;

-- name: hold
-- Proves that the lease is still ours, and keeps it so until the end of the transaction.
SELECT id FROM renders WHERE id = %(id)s AND fence = %(fence)s AND settled_at IS NULL FOR UPDATE;

-- name: lock
-- Before the keys of its outputs: whoever holds both takes the row first.
SELECT id FROM renders WHERE id = %(id)s FOR UPDATE;

-- name: lock_key
-- Nobody stores and deletes one key at the same time.
SELECT pg_advisory_xact_lock(hashtextextended(%(key)s, 7201002));

-- name: not_garbage
-- Something refers to the key again.
DELETE FROM garbage WHERE key = %(key)s;

-- name: drop_output
-- What an earlier attempt made under this name; its key becomes garbage.
DELETE FROM outputs WHERE render_id = %(id)s AND name = %(name)s;

-- name: drop_other_outputs
-- What earlier attempts made and this one did not.
DELETE FROM outputs WHERE render_id = %(id)s AND NOT name = ANY(%(names)s);

-- name: add_output
INSERT INTO outputs (render_id, name, key, type, sha256, size, width, height, time, about)
VALUES (%(id)s, %(name)s, %(key)s, %(type)s, %(sha256)s, %(size)s, %(width)s, %(height)s, %(time)s, %(about)s);

-- name: ready
-- The poster is stored: the render can be seen. The preview may follow under the same lease.
UPDATE renders SET status = 'ready', ready_at = coalesce(ready_at, now()), content_key = %(content_key)s
WHERE id = %(id)s AND fence = %(fence)s;

-- name: measured
-- Facets, what the plan came to, and the project's warnings, as far as they are known.
UPDATE renders SET facets = coalesce(%(facets)s, facets), fit = coalesce(%(fit)s, fit), warnings = coalesce(%(warnings)s, warnings),
    fit_key = CASE WHEN %(fit)s::jsonb IS NULL THEN fit_key ELSE %(content_key)s END
WHERE id = %(id)s AND fence = %(fence)s;

-- name: settle
-- Nothing is left to do. Nobody needs the source of an ad hoc render any more, which would count for nobody.
UPDATE renders SET status = %(status)s, preview = %(preview)s, reason = %(reason)s, detail = %(detail)s,
    errors = %(errors)s, facets = coalesce(%(facets)s, facets), content_key = %(content_key)s,
    warnings = coalesce(%(warnings)s, warnings), possible = %(possible)s,
    ready_at = CASE WHEN %(status)s = 'ready' THEN coalesce(ready_at, now()) END,
    settled_at = now(), lease_until = NULL, project = CASE WHEN shader_id IS NULL THEN 'null'::jsonb END
WHERE id = %(id)s AND fence = %(fence)s AND settled_at IS NULL;

-- name: cancel
-- An ad hoc render that nobody waits for any more; its worker finds its lease lost, and leaves the renderer.
UPDATE renders SET status = CASE WHEN status = 'ready' THEN 'ready' ELSE 'failed' END,
    preview = CASE WHEN status = 'ready' THEN 'failed' ELSE 'none' END,
    reason = 'cancelled', detail = %(detail)s, settled_at = now(), lease_until = NULL, project = 'null'
WHERE id = %(id)s AND shader_id IS NULL AND settled_at IS NULL;

-- name: release
-- Back in the queue: after a loss (which counts), or when the renderer did not take the job (which does not).
UPDATE renders SET lease_until = now() + %(pause)s::interval, losses = losses + %(lost)s,
    attempts = attempts - 1 + %(lost)s, status = CASE WHEN status = 'ready' THEN 'ready' ELSE 'queued' END
WHERE id = %(id)s AND fence = %(fence)s AND settled_at IS NULL;

-- name: gives_way
-- A row if this render has a poster to look at and gives way to somebody else's, which is due and has shown nothing for a while;
-- that one is marked, so that a single preview gives way to it.
UPDATE renders SET made_way_at = now() WHERE id = (
    SELECT d.id FROM renders d JOIN renders r ON r.id = %(id)s
    WHERE r.status = 'ready' AND r.facets->>'blank' IS DISTINCT FROM 'true' AND r.yields < %(most)s
      AND d.settled_at IS NULL AND (d.status <> 'ready' OR d.facets->>'blank' = 'true')
      AND (d.lease_until IS NULL OR d.lease_until < now())
      AND d.queued_at < now() - %(waited)s::interval AND d.remakes = 0
      AND (d.made_way_at IS NULL OR d.made_way_at < now() - %(free)s::interval)
      AND (d.requested_by, d.requested_from) IS DISTINCT FROM (r.requested_by, r.requested_from)
    ORDER BY d.queued_at LIMIT 1 FOR NO KEY UPDATE OF d SKIP LOCKED)
RETURNING id;

-- name: give_way
UPDATE renders SET lease_until = NULL, attempts = attempts - 1, yields = yields + 1
WHERE id = %(id)s AND fence = %(fence)s AND settled_at IS NULL;

-- name: finished
-- A finished render of the very same content: its outputs serve again.
SELECT id, status, preview, reason, detail, errors, facets, warnings FROM renders
WHERE content_key = %(content_key)s AND settled_at IS NOT NULL AND id <> %(id)s
  AND ((status = 'ready' AND preview IN ('ready', 'none')) OR reason = 'compile_error')
ORDER BY settled_at LIMIT 1;

-- name: stored_outputs
SELECT name, key, type, sha256, size, width, height, time, about FROM outputs WHERE render_id = %(id)s;

-- name: due
-- What the reconciler rings for: due, and not rung for lately.
UPDATE renders SET rung_at = now() WHERE id IN (
    SELECT id FROM renders
    WHERE settled_at IS NULL AND (lease_until IS NULL OR lease_until < now()) AND rung_at < now() - %(pause)s::interval
    ORDER BY queued_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING id;

-- name: depth
-- What waits for the worker `render`, and for how many seconds the oldest has. A picture that is made again was seen before
-- and keeps the time of its first queueing, so it is due but never the oldest. From a partial index: cheap.
SELECT count(*) AS due,
    coalesce(extract(epoch FROM now() - min(queued_at) FILTER (WHERE remakes = 0)), 0)::float8 AS oldest
FROM renders WHERE settled_at IS NULL AND (lease_until IS NULL OR lease_until < now());

-- name: undescribed
-- What the reconciler rings for: without a description, and not rung for lately.
UPDATE renders SET rung_at = now() WHERE id IN (
    SELECT r.id FROM renders r JOIN outputs o ON o.render_id = r.id AND o.name = 'poster'
    WHERE r.described_at IS NULL AND r.status = 'ready' AND r.shader_id IS NOT NULL
      AND greatest(r.ready_at, r.rung_at) < now() - %(pause)s::interval
    ORDER BY r.ready_at LIMIT %(limit)s FOR UPDATE OF r SKIP LOCKED)
RETURNING id;

-- name: undescribed_depth
-- What waits for the worker `describe`, and for how many seconds the oldest has.
SELECT count(*) AS due, coalesce(extract(epoch FROM now() - min(r.ready_at)), 0)::float8 AS oldest
FROM renders r JOIN outputs o ON o.render_id = r.id AND o.name = 'poster'
WHERE r.described_at IS NULL AND r.status = 'ready' AND r.shader_id IS NOT NULL;

-- name: claim_description
-- The row lock is the lease: describing takes a tenth of a second and may be done twice.
SELECT r.id, r.shader_id, r.version, r.request_id, o.key, o.sha256 FROM renders r
JOIN outputs o ON o.render_id = r.id AND o.name = 'poster'
WHERE r.described_at IS NULL AND r.status = 'ready' AND r.shader_id IS NOT NULL
ORDER BY (r.id::text = %(first)s) DESC, r.ready_at LIMIT 1 FOR UPDATE OF r SKIP LOCKED;

-- name: mark_described
UPDATE renders SET described_at = now() WHERE id = %(id)s;

-- name: make_again
-- A picture is gone or damaged: all outputs of its render are made again, but not for ever, nor where its source is gone.
WITH again AS (
    UPDATE renders SET status = 'queued', preview = CASE WHEN plan->'clip' = 'null' THEN 'none' ELSE 'pending' END,
        settled_at = NULL, lease_until = NULL, described_at = NULL, content_key = NULL, attempts = 0, losses = 0,
        remakes = remakes + 1, rung_at = now() - interval '1 hour'
    WHERE id = %(id)s AND remakes < 3 AND project IS DISTINCT FROM 'null'::jsonb RETURNING id
)
DELETE FROM outputs o USING again WHERE o.render_id = again.id;

-- name: forget
-- An ad hoc render that cannot be made again.
DELETE FROM renders WHERE id = %(id)s AND project = 'null'::jsonb;

-- name: output_at
-- Still the output of this render, and its size.
SELECT size FROM outputs WHERE render_id = %(id)s AND key = %(key)s;

-- name: lock_quota
-- Whoever counts what this owner has, and adds to it, does so alone; all who are not signed in are one.
SELECT pg_advisory_xact_lock(hashtextextended(coalesce(%(user)s::text, 'nobody'), 7201005));

-- name: open_saved
SELECT count(*) AS n FROM renders
WHERE settled_at IS NULL AND shader_id IS NOT NULL AND status <> 'ready' AND requested_by = %(user)s::uuid;

-- name: open_ad_hoc
-- of_client: how many of them came from this address.
SELECT count(*) AS n, count(*) FILTER (WHERE requested_from = %(client)s) AS of_client FROM renders
WHERE settled_at IS NULL AND shader_id IS NULL AND requested_by IS NOT DISTINCT FROM %(user)s::uuid;

-- name: audit
-- Outputs to look after, a slice of the whole at a time.
SELECT o.render_id AS id, o.name, o.key, o.size FROM outputs o JOIN renders r ON r.id = o.render_id
WHERE r.settled_at IS NOT NULL AND (o.render_id, o.name) > (%(after)s::uuid, %(after_name)s) ORDER BY o.render_id, o.name LIMIT %(limit)s;

-- name: count_by_status
SELECT status, count(*) AS n FROM renders GROUP BY status;

-- name: expire
-- Ad hoc renders whose day is over.
DELETE FROM renders WHERE expires_at < now() AND settled_at IS NOT NULL;

-- name: expire_oldest
-- Of those who have more ad hoc renders than may be kept all but the newest. The index renders_kept tells who that is, and which
-- they are: of a user, of a network, or of users who are gone.
WITH above AS (
    SELECT requested_by AS who, requested_from AS place FROM renders WHERE expires_at IS NOT NULL
    GROUP BY requested_by, requested_from HAVING count(*) > %(most)s
)
DELETE FROM renders WHERE settled_at IS NOT NULL AND id = ANY(ARRAY(
    SELECT old.id FROM above CROSS JOIN LATERAL (
        SELECT id, queued_at FROM renders WHERE expires_at IS NOT NULL AND requested_by = who
        UNION ALL
        SELECT id, queued_at FROM renders WHERE expires_at IS NOT NULL AND requested_by IS NULL AND requested_from = place
        UNION ALL
        SELECT id, queued_at FROM renders WHERE expires_at IS NOT NULL AND requested_by IS NULL AND requested_from IS NULL
            AND who IS NULL AND place IS NULL
        ORDER BY queued_at DESC OFFSET %(most)s) old));

-- name: garbage
SELECT key FROM garbage ORDER BY since LIMIT %(limit)s;

-- name: is_garbage
SELECT NOT EXISTS (SELECT FROM outputs WHERE key = %(key)s) AS yes;
