-- name: create
-- A shader with its first version; words is what a search finds it by.
WITH shader AS (
    INSERT INTO shaders (author_id, title, description, tags, license, status, forked_from, published_at, first_public, words)
    VALUES (%(author)s, %(title)s, %(description)s, %(tags)s, %(license)s, %(status)s, %(forked_from)s,
            CASE WHEN %(status)s = 'published' THEN clock_timestamp() END,
            CASE WHEN %(status)s = 'published' THEN 1 END,
            setweight(to_tsvector('english', %(title)s), 'A')
            || setweight(to_tsvector('english', array_to_string(%(tags)s::text[], ' ')), 'B')
            || setweight(to_tsvector('english', %(description)s), 'C'))
    RETURNING id
)
INSERT INTO versions (shader_id, n, project) SELECT id, 1, %(project)s FROM shader RETURNING shader_id AS id;

-- name: lock
-- The row to change, held until the end of the transaction.
SELECT s.id, s.author_id, s.title, s.description, s.tags, s.license, s.status, s.version, v.project
FROM shaders s JOIN versions v ON v.shader_id = s.id AND v.n = s.version
WHERE s.id = %(id)s FOR UPDATE OF s;

-- name: update
-- New words for a shader; published_at is set once, at the first publication.
UPDATE shaders SET title = %(title)s, description = %(description)s, tags = %(tags)s, license = %(license)s,
    status = %(status)s, version = %(version)s, updated_at = now(),
    published_at = CASE WHEN %(status)s = 'draft' THEN published_at ELSE coalesce(published_at, now()) END,
    first_public = CASE WHEN %(status)s = 'draft' THEN first_public ELSE coalesce(first_public, %(version)s) END,
    words = setweight(to_tsvector('english', %(title)s), 'A')
        || setweight(to_tsvector('english', array_to_string(%(tags)s::text[], ' ')), 'B')
        || setweight(to_tsvector('english', %(description)s), 'C')
WHERE id = %(id)s;

-- name: add_version
INSERT INTO versions (shader_id, n, project) VALUES (%(id)s, %(n)s, %(project)s);

-- name: delete
DELETE FROM shaders WHERE id = %(id)s;

-- name: by_author
SELECT id, title FROM shaders WHERE author_id = %(author)s;

-- name: read
-- One shader with its project; drafts are their author's alone.
SELECT d.document || jsonb_build_object('project', v.project) || CASE WHEN %(user)s::uuid IS NULL THEN '{}'::jsonb
    ELSE jsonb_build_object('my_vote', coalesce((SELECT value FROM votes WHERE shader_id = d.id AND user_id = %(user)s::uuid), 0)) END
    AS document
FROM shader_documents d JOIN shaders s ON s.id = d.id JOIN versions v ON v.shader_id = s.id AND v.n = s.version
WHERE d.id = %(id)s AND (d.status <> 'draft' OR d.author_id = %(user)s::uuid);

-- name: visible
-- first: the oldest version that this user may see.
SELECT id, author_id, status, version, title, CASE WHEN author_id = %(user)s::uuid THEN 1 ELSE first_public END AS first
FROM shaders
WHERE id = %(id)s AND (status <> 'draft' OR author_id = %(user)s::uuid);

-- name: list_new
SELECT id, published_at, document FROM shader_documents
WHERE status = 'published'
  AND (%(after)s::timestamptz IS NULL OR (published_at, id) < (%(after)s::timestamptz, %(after_id)s::uuid))
  AND (%(tags)s::text[] IS NULL OR tags @> %(tags)s::text[])
  AND (%(q)s::text IS NULL OR words @@ websearch_to_tsquery('english', %(q)s))
ORDER BY published_at DESC, id DESC LIMIT %(limit)s;

-- name: list_trending
SELECT id, hot, document FROM shader_documents
WHERE status = 'published'
  AND (%(after)s::float8 IS NULL OR (hot, id) < (%(after)s::float8, %(after_id)s::uuid))
  AND (%(tags)s::text[] IS NULL OR tags @> %(tags)s::text[])
  AND (%(q)s::text IS NULL OR words @@ websearch_to_tsquery('english', %(q)s))
ORDER BY hot DESC, id DESC LIMIT %(limit)s;

-- name: list_top
SELECT id, wilson, document FROM shader_documents
WHERE status = 'published'
  AND (%(after)s::float8 IS NULL OR (wilson, id) < (%(after)s::float8, %(after_id)s::uuid))
  AND (%(tags)s::text[] IS NULL OR tags @> %(tags)s::text[])
  AND (%(q)s::text IS NULL OR words @@ websearch_to_tsquery('english', %(q)s))
ORDER BY wilson DESC, id DESC LIMIT %(limit)s;

-- name: list_mine
SELECT id, created_at, document FROM shader_documents
WHERE author_id = %(user)s
  AND (%(after)s::timestamptz IS NULL OR (created_at, id) < (%(after)s::timestamptz, %(after_id)s::uuid))
ORDER BY created_at DESC, id DESC LIMIT %(limit)s;

-- name: similar
-- By the style of the pictures: cosine distance between the described current versions.
WITH target AS (
    SELECT v.style FROM shaders s JOIN versions v ON v.shader_id = s.id AND v.n = s.version WHERE s.id = %(id)s
)
SELECT d.document FROM shader_documents d
JOIN shaders s ON s.id = d.id
JOIN versions v ON v.shader_id = s.id AND v.n = s.version
CROSS JOIN target
WHERE d.status = 'published' AND d.id <> %(id)s AND v.style IS NOT NULL AND target.style IS NOT NULL
ORDER BY v.style <=> target.style, d.id LIMIT %(limit)s;

-- name: versions
SELECT v.n, jsonb_build_object('n', v.n, 'created_at', v.created_at,
    'render', (SELECT d.document FROM renders r JOIN render_documents d ON d.id = r.id
               WHERE r.shader_id = v.shader_id AND r.version = v.n ORDER BY r.queued_at DESC LIMIT 1)) AS document
FROM versions v
WHERE v.shader_id = %(id)s AND v.n >= %(first)s AND (%(after)s::integer IS NULL OR v.n < %(after)s::integer)
ORDER BY v.n DESC LIMIT %(limit)s;

-- name: version
SELECT jsonb_build_object('n', v.n, 'created_at', v.created_at, 'project', v.project,
    'render', (SELECT d.document FROM renders r JOIN render_documents d ON d.id = r.id
               WHERE r.shader_id = v.shader_id AND r.version = v.n ORDER BY r.queued_at DESC LIMIT 1)) AS document
FROM versions v WHERE v.shader_id = %(id)s AND v.n = %(n)s AND v.n >= %(first)s;
