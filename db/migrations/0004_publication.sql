-- A shader is public from its picture on: others see public_version, which follows once a saved version can be seen.
-- wish: the version that is to become public then; refusal: why the last wish was not met, {version, reason, detail}.
-- revision: counts what was saved, so that a client can say which state it changes.
-- saved_by: the request that saved last, which the gateway may send again to another copy.
ALTER TABLE shaders ADD COLUMN public_version integer, ADD COLUMN wish integer, ADD COLUMN refusal jsonb,
    ADD COLUMN revision integer NOT NULL DEFAULT 1, ADD COLUMN saved_by text;
-- Others see the versions that were public once, not those between them that could not be shown.
ALTER TABLE versions ADD COLUMN public_at timestamptz;
UPDATE shaders s SET public_version = (
    SELECT max(r.version) FROM renders r WHERE r.shader_id = s.id AND r.version >= s.first_public AND r.status = 'ready'
        AND NOT (coalesce(r.facets->>'blank', '') = 'true' AND coalesce(r.facets->>'moves', '') <> 'true'))
WHERE status <> 'draft';
UPDATE versions v SET public_at = s.published_at FROM shaders s
WHERE s.id = v.shader_id AND v.n BETWEEN s.first_public AND s.public_version;
UPDATE shaders s SET wish = s.version,
    refusal = (SELECT CASE WHEN r.status = 'failed'
            THEN jsonb_build_object('version', r.version, 'reason', coalesce(r.reason, 'other'), 'detail', r.detail)
            WHEN r.status = 'ready' THEN jsonb_build_object('version', r.version, 'reason', 'blank', 'detail', 'It is one colour all over.') END
        FROM renders r WHERE r.shader_id = s.id AND r.version = s.version ORDER BY r.queued_at DESC LIMIT 1)
WHERE status = 'published' AND public_version IS DISTINCT FROM version;
UPDATE shaders SET wish = NULL WHERE refusal IS NOT NULL;
UPDATE shaders SET status = 'draft' WHERE public_version IS NULL;
CREATE INDEX shaders_wished ON shaders (id) WHERE wish IS NOT NULL;

-- Shaders that were deleted, so that a request that comes too late is told so.
CREATE TABLE deleted_shaders (
    id uuid PRIMARY KEY,
    author_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    was_public boolean NOT NULL,
    deleted_by text,
    deleted_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX deleted_shaders_age ON deleted_shaders (deleted_at);
CREATE INDEX deleted_shaders_author ON deleted_shaders (author_id);

-- Who asked for a render without an account: a keyed hash of the address.
-- yields: how often its preview gave way to a poster that somebody waited for.
-- capture: the picture that an author's browser made of what is too heavy for the renderer.
ALTER TABLE renders ADD COLUMN requested_from text, ADD COLUMN yields integer NOT NULL DEFAULT 0, ADD COLUMN capture bytea;

CREATE INDEX renders_captures ON renders (shader_id) WHERE capture IS NOT NULL;

-- Keys become garbage in their order, so that two deletions of the same pictures never wait for each other.
CREATE OR REPLACE FUNCTION outputs_to_garbage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO garbage (key) SELECT DISTINCT key FROM gone ORDER BY key ON CONFLICT (key) DO NOTHING;
    RETURN NULL;
END $$;
