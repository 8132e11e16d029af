-- Generated from db/migrations and db/views by `make generate`: do not edit.
\set ON_ERROR_STOP on
BEGIN;

CREATE TABLE IF NOT EXISTS schema_migrations (
    name text PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS schema_views (
    name text PRIMARY KEY,
    digest text NOT NULL
);

-- 0001_initial
-- People and programs, shaders and their versions, renders and what they made, votes.
-- Times are timestamptz and end in _at; text with CHECK stands where other schemas have enums.

CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    username text NOT NULL,
    email text,
    password_hash text,
    role text NOT NULL DEFAULT 'user',
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT users_username_form CHECK (username ~ '^[A-Za-z0-9][A-Za-z0-9_-]{1,31}$'),
    CONSTRAINT users_role_known CHECK (role IN ('user', 'moderator', 'admin', 'system'))
);
CREATE UNIQUE INDEX users_username_unique ON users (lower(username));
CREATE UNIQUE INDEX users_email_unique ON users (lower(email));

-- A sign-in on one device. Access tokens name it, so a sign-out holds at once.
CREATE TABLE sessions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);
CREATE INDEX sessions_user ON sessions (user_id);

-- The refresh tokens of a session, one family: each is used once and replaced.
CREATE TABLE refresh_tokens (
    hash bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    rotated_at timestamptz
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at);

CREATE TABLE api_keys (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name text NOT NULL,
    hint text NOT NULL,
    hash bytea NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    CONSTRAINT api_keys_hash_unique UNIQUE (hash),
    CONSTRAINT api_keys_scopes_known CHECK (scopes <@ ARRAY['read', 'write'])
);
CREATE INDEX api_keys_user ON api_keys (user_id, created_at);

-- What a POST with an Idempotency-Key answered, so that its retry answers the same.
CREATE TABLE idempotency_keys (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status integer,
    location text,
    body jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- Wilson's lower bound (z = 1.281, one-sided 90 %) of the share of up votes, between 0 and 1;
-- https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval#Wilson_score_interval
CREATE FUNCTION wilson(up integer, down integer) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN CASE WHEN up + down = 0 THEN 0 ELSE (
    up::float8 / (up + down) + 0.8205 / (up + down)
    - 1.281 * sqrt((up::float8 * down / (up + down) + 0.41024) / (up + down) ^ 2)
) / (1 + 1.641 / (up + down)) END;

-- The order of trending, which does not change as time passes: a score that halves every 48 hours, as its logarithm.
-- 0.05 is what a shader without votes starts from. Bodies by RETURN are bound to what they name, so that a dump loads without a search path.
CREATE FUNCTION hot(up integer, down integer, published_at timestamptz) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN log(2::numeric, (0.05 + wilson(up, down))::numeric)::float8 + extract(epoch FROM published_at)::float8 / 172800;

CREATE TABLE shaders (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    author_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title text NOT NULL,
    description text NOT NULL DEFAULT '',
    tags text[] NOT NULL DEFAULT '{}',
    license text NOT NULL,
    status text NOT NULL DEFAULT 'draft',
    version integer NOT NULL DEFAULT 1,
    first_public integer,
    forked_from uuid REFERENCES shaders (id) ON DELETE SET NULL,
    up integer NOT NULL DEFAULT 0,
    down integer NOT NULL DEFAULT 0,
    words tsvector NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz,
    hot double precision GENERATED ALWAYS AS (hot(up, down, published_at)) STORED,
    CONSTRAINT shaders_status_known CHECK (status IN ('draft', 'published', 'archived')),
    CONSTRAINT shaders_published_has_time CHECK (status = 'draft' OR published_at IS NOT NULL),
    CONSTRAINT shaders_public_has_version CHECK ((published_at IS NULL) = (first_public IS NULL))
);
CREATE INDEX shaders_new ON shaders (published_at DESC, id DESC) WHERE status = 'published';
CREATE INDEX shaders_trending ON shaders (hot DESC, id DESC) WHERE status = 'published';
CREATE INDEX shaders_top ON shaders (wilson(up, down) DESC, id DESC) WHERE status = 'published';
CREATE INDEX shaders_author ON shaders (author_id, created_at DESC, id DESC);
CREATE INDEX shaders_forks ON shaders (forked_from);
CREATE INDEX shaders_tags ON shaders USING gin (tags);
CREATE INDEX shaders_words ON shaders USING gin (words);

-- Every save of a project; never changed, but for the style that `describe` sees in its picture.
-- Others see versions from shaders.first_public on: what a draft went through stays its author's.
CREATE TABLE versions (
    shader_id uuid NOT NULL REFERENCES shaders (id) ON DELETE CASCADE,
    n integer NOT NULL,
    project jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    style vector(64),
    PRIMARY KEY (shader_id, n)
);

-- A render is its own outbox: queued in the transaction that needs it, then claimed by a worker under a lease.
-- Work is left while settled_at is empty: `ready` comes with the poster, the preview may follow.
CREATE TABLE renders (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    shader_id uuid,
    version integer,
    project jsonb,
    plan jsonb NOT NULL,
    requested_by uuid REFERENCES users (id) ON DELETE SET NULL,
    request_id text,
    status text NOT NULL DEFAULT 'queued',
    preview text NOT NULL DEFAULT 'pending',
    reason text,
    detail text,
    errors jsonb NOT NULL DEFAULT '[]',
    facets jsonb,
    content_key text,
    fence bigint NOT NULL DEFAULT 0,
    lease_until timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    losses integer NOT NULL DEFAULT 0,
    remakes integer NOT NULL DEFAULT 0,
    queued_at timestamptz NOT NULL DEFAULT now(),
    rung_at timestamptz NOT NULL DEFAULT now(),
    ready_at timestamptz,
    settled_at timestamptz,
    described_at timestamptz,
    expires_at timestamptz,
    CONSTRAINT renders_version_exists FOREIGN KEY (shader_id, version)
        REFERENCES versions (shader_id, n) ON DELETE CASCADE,
    CONSTRAINT renders_source_is_one CHECK ((shader_id IS NULL) = (project IS NOT NULL)),
    CONSTRAINT renders_status_known CHECK (status IN ('queued', 'rendering', 'ready', 'failed')),
    CONSTRAINT renders_preview_known CHECK (preview IN ('pending', 'ready', 'none', 'failed'))
);
CREATE INDEX renders_due ON renders (queued_at) WHERE settled_at IS NULL;
CREATE INDEX renders_open_ad_hoc ON renders (requested_by) WHERE settled_at IS NULL AND shader_id IS NULL;
CREATE INDEX renders_undescribed ON renders (ready_at)
    WHERE described_at IS NULL AND status = 'ready' AND shader_id IS NOT NULL;
CREATE INDEX renders_version ON renders (shader_id, version, queued_at DESC);
CREATE INDEX renders_content ON renders (content_key) WHERE settled_at IS NOT NULL;
CREATE INDEX renders_expiry ON renders (expires_at) WHERE expires_at IS NOT NULL;

-- What a render made. The key is the address in storage, made from the content; sha256 is of the bytes.
CREATE TABLE outputs (
    render_id uuid NOT NULL REFERENCES renders (id) ON DELETE CASCADE,
    name text NOT NULL,
    key text NOT NULL,
    type text NOT NULL,
    sha256 bytea NOT NULL,
    size bigint NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    time double precision,
    PRIMARY KEY (render_id, name)
);
CREATE INDEX outputs_key ON outputs (key);

-- Stored pictures that nothing may refer to any more; the reconciler deletes them.
CREATE TABLE garbage (
    key text PRIMARY KEY,
    since timestamptz NOT NULL DEFAULT now()
);
CREATE FUNCTION outputs_to_garbage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO garbage (key) SELECT DISTINCT key FROM gone ON CONFLICT (key) DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER outputs_to_garbage AFTER DELETE ON outputs
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION outputs_to_garbage();

CREATE TABLE votes (
    shader_id uuid NOT NULL REFERENCES shaders (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    value smallint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shader_id, user_id),
    CONSTRAINT votes_value_is_sign CHECK (value IN (-1, 1))
);
CREATE INDEX votes_user ON votes (user_id);

-- The account that owns the starter shaders; it has no password, so nobody signs in to it.
INSERT INTO users (username, role) VALUES ('fractafrag', 'system');
INSERT INTO schema_migrations (name) VALUES ('0001_initial');

-- 0002_fits
-- What the plan of a render came to on its project, and under which content key: sent along whenever it is made again,
-- so that a busy machine never changes the pictures.

ALTER TABLE renders ADD COLUMN fit jsonb, ADD COLUMN fit_key text;
CREATE INDEX renders_fit ON renders (fit_key) WHERE fit_key IS NOT NULL;

-- Who has been served lately, for turns.
CREATE INDEX renders_settled ON renders (settled_at) WHERE settled_at IS NOT NULL;
INSERT INTO schema_migrations (name) VALUES ('0002_fits');

-- 0003_words_on_shaders
-- What a project says about itself stands once, on the shader: its licence always did, credits and origin follow.
ALTER TABLE shaders ADD COLUMN credits text NOT NULL DEFAULT '', ADD COLUMN origin jsonb;
UPDATE shaders s SET credits = coalesce(v.project->>'credits', ''), origin = nullif(v.project->'origin', 'null')
FROM versions v WHERE v.shader_id = s.id AND v.n = s.version;
UPDATE versions SET project = project - 'credits' - 'origin' - 'license' WHERE project ?| ARRAY['credits', 'origin', 'license'];
INSERT INTO schema_migrations (name) VALUES ('0003_words_on_shaders');

-- 0004_publication
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
INSERT INTO schema_migrations (name) VALUES ('0004_publication');

-- 0005_frames
-- What is told of each picture besides its size and time: about, {frame, time_delta, facts, warnings} of a still,
-- {start, duration, fps, steps_per_second, warnings} of a clip; empty for those of earlier versions.
ALTER TABLE outputs ADD COLUMN about jsonb NOT NULL DEFAULT '{}';

-- warnings: what is odd about the project of a render. possible: what would do where it is too heavy.
ALTER TABLE renders ADD COLUMN warnings jsonb NOT NULL DEFAULT '[]', ADD COLUMN possible jsonb;
INSERT INTO schema_migrations (name) VALUES ('0005_frames');

-- 0006_sign_in_failures
-- Wrong passwords, counted by name and by address, and when the next try is allowed. subject is a hash: no addresses are kept.
CREATE TABLE sign_in_failures (
    subject bytea PRIMARY KEY,
    failures integer NOT NULL,
    failed_at timestamptz NOT NULL,
    locked_until timestamptz NOT NULL
);
CREATE INDEX sign_in_failures_age ON sign_in_failures (failed_at);
INSERT INTO schema_migrations (name) VALUES ('0006_sign_in_failures');

-- 0007_fork_licences
-- The licence under which somebody else's shader was forked, which says what the fork's may be. Its source may be gone by then.
ALTER TABLE shaders ADD COLUMN source_license text;
UPDATE shaders f SET source_license = s.license FROM shaders s WHERE s.id = f.forked_from AND s.author_id <> f.author_id;
INSERT INTO schema_migrations (name) VALUES ('0007_fork_licences');

-- 0008_turns
-- made_way_at: when a preview last gave way to this render, so that only one does.
ALTER TABLE renders ADD COLUMN made_way_at timestamptz;

-- The source of an ad hoc render is kept until it is settled; then it is null in JSON, since the column must have something.
UPDATE renders SET project = 'null' WHERE shader_id IS NULL AND settled_at IS NOT NULL;

-- Who has how many ad hoc renders, and which are the oldest.
CREATE INDEX renders_kept ON renders (requested_by, requested_from, queued_at DESC) WHERE expires_at IS NOT NULL;
INSERT INTO schema_migrations (name) VALUES ('0008_turns');

-- A render as clients see it. Its warnings are those of the project, then those of its pictures in their order, each once.
CREATE VIEW render_documents AS
SELECT r.id, r.shader_id, r.version, r.requested_by, jsonb_strip_nulls(jsonb_build_object(
    'id', r.id, 'status', r.status, 'reason', r.reason, 'detail', r.detail, 'possible', r.possible, 'preview', r.preview,
    'poster_url', (SELECT '/renders/' || o.key FROM outputs o WHERE o.render_id = r.id AND o.name = 'poster'),
    'preview_url', (SELECT '/renders/' || o.key FROM outputs o WHERE o.render_id = r.id AND o.name = 'preview'),
    'frames', (SELECT coalesce(jsonb_agg(jsonb_build_object('warnings', '[]'::jsonb) || o.about || jsonb_build_object(
                   'name', o.name, 'time', o.time, 'width', o.width, 'height', o.height, 'url', '/renders/' || o.key)
                   ORDER BY o.time, o.name), '[]')
               FROM outputs o WHERE o.render_id = r.id AND o.name <> 'preview'),
    'facets', coalesce(r.facets, '{}')))
    || jsonb_build_object('errors', r.errors,
    'clip', (SELECT o.about || jsonb_build_object('width', o.width, 'height', o.height)
             FROM outputs o WHERE o.render_id = r.id AND o.name = 'preview' AND o.about ? 'start'),
    'warnings', (SELECT coalesce(jsonb_agg(once.warning ORDER BY once.place), '[]')
                 FROM (SELECT every.warning, min(every.place) AS place
                       FROM (SELECT w.value AS warning, ARRAY[0, w.n] AS place
                             FROM jsonb_array_elements(r.warnings) WITH ORDINALITY AS w (value, n)
                             UNION ALL
                             SELECT w.value, ARRAY[1 + row_number() OVER (ORDER BY o.name = 'preview', o.time, o.name, w.n), w.n]
                             FROM outputs o, jsonb_array_elements(o.about->'warnings') WITH ORDINALITY AS w (value, n)
                             WHERE o.render_id = r.id) AS every
                       GROUP BY every.warning) AS once)) AS document
FROM renders r;
INSERT INTO schema_views (name, digest) VALUES ('render_documents', '6d4bf17e728a5aec6b012e8bb441384767739f6bb55b3e7e0611ef2f57c6b861');

-- A shader as lists show it, twice: as its author sees it (own), with the version saved last, and as everybody else does,
-- with the public one, if there is one. The columns that documents of lists do not have (project, style, credits, origin) cost nothing
-- where a query does not ask for them.
CREATE VIEW shader_documents AS
SELECT s.id, seen.own, s.author_id, s.status, s.published_at, s.hot, wilson(s.up, s.down) AS wilson, s.tags, s.words,
    s.created_at, s.revision, s.credits, s.origin, v.project, v.style,
    jsonb_build_object(
    'id', s.id, 'title', s.title, 'description', s.description, 'tags', to_jsonb(s.tags), 'license', s.license,
    'status', s.status, 'version', seen.n, 'author', jsonb_build_object('username', u.username),
    'created_at', s.created_at, 'updated_at', s.updated_at, 'published_at', s.published_at,
    'score', CASE WHEN s.published_at IS NULL THEN 0
        ELSE round(wilson(s.up, s.down)::numeric * power(0.5, greatest(0, extract(epoch FROM now() - s.published_at) / 172800)), 6) END,
    'votes', jsonb_build_object('up', s.up, 'down', s.down), 'forked_from', s.forked_from,
    'render', (SELECT d.document FROM renders r JOIN render_documents d ON d.id = r.id
               WHERE r.shader_id = s.id AND r.version = seen.n
               ORDER BY (NOT seen.own AND r.status = 'ready') DESC, r.queued_at DESC LIMIT 1))
    || CASE WHEN seen.own THEN jsonb_build_object('publication', CASE
        WHEN s.wish IS NOT NULL THEN jsonb_build_object('status', 'waiting', 'version', s.wish)
        WHEN s.refusal IS NOT NULL THEN jsonb_build_object('status', 'refused') || s.refusal END)
    ELSE '{}'::jsonb END AS document
FROM shaders s JOIN users u ON u.id = s.author_id
CROSS JOIN LATERAL (VALUES (true, s.version), (false, s.public_version)) AS seen (own, n)
LEFT JOIN versions v ON v.shader_id = s.id AND v.n = seen.n
WHERE seen.n IS NOT NULL;
INSERT INTO schema_views (name, digest) VALUES ('shader_documents', '1ae5e181306b741f35ef21691a533454d2dcb5d39417169d0af143d031a92fa8');

-- A version as lists show it, with its newest render.
CREATE VIEW version_documents AS
SELECT v.shader_id, v.n, v.public_at, v.project, jsonb_build_object('n', v.n, 'created_at', v.created_at,
    'render', (SELECT d.document FROM renders r JOIN render_documents d ON d.id = r.id
               WHERE r.shader_id = v.shader_id AND r.version = v.n
               ORDER BY (r.status = 'ready') DESC, r.queued_at DESC LIMIT 1)) AS document
FROM versions v;
INSERT INTO schema_views (name, digest) VALUES ('version_documents', '0f4b332b592bbada2cb86e62376a26a0597167799a55448210fb66652d3f0b09');

COMMIT;
