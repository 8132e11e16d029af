-- name: create
-- words is what a search finds a shader by.
INSERT INTO shaders (author_id, title, description, tags, license, credits, origin, status, forked_from, published_at, first_public, words)
VALUES (%(author)s, %(title)s, %(description)s, %(tags)s, %(license)s, %(credits)s, %(origin)s, %(status)s, %(forked_from)s,
    CASE WHEN %(status)s = 'published' THEN clock_timestamp() END,
    CASE WHEN %(status)s = 'published' THEN 1 END,
    setweight(to_tsvector('english', %(title)s), 'A')
    || setweight(to_tsvector('english', array_to_string(%(tags)s::text[], ' ')), 'B')
    || setweight(to_tsvector('english', %(description)s), 'C'))
RETURNING id;

-- name: lock
-- The row to change, held until the end of the transaction.
SELECT id, author_id, title, description, tags, license, credits, origin, status, version FROM shaders
WHERE id = %(id)s FOR UPDATE;

-- name: update
-- published_at is set once, at the first publication.
UPDATE shaders SET title = %(title)s, description = %(description)s, tags = %(tags)s, license = %(license)s,
    credits = %(credits)s, origin = %(origin)s, status = %(status)s, version = %(version)s, updated_at = now(),
    published_at = CASE WHEN %(status)s = 'draft' THEN published_at ELSE coalesce(published_at, now()) END,
    first_public = CASE WHEN %(status)s = 'draft' THEN first_public ELSE coalesce(first_public, %(version)s) END,
    words = setweight(to_tsvector('english', %(title)s), 'A')
        || setweight(to_tsvector('english', array_to_string(%(tags)s::text[], ' ')), 'B')
        || setweight(to_tsvector('english', %(description)s), 'C')
WHERE id = %(id)s;

-- name: delete
DELETE FROM shaders WHERE id = %(id)s;

-- name: by_author
SELECT id, title FROM shaders WHERE author_id = %(author)s;

-- name: read
-- One shader with its project; drafts are their author's alone.
SELECT document || jsonb_build_object('project', project, 'credits', credits, 'origin', origin)
    || CASE WHEN %(user)s::uuid IS NULL THEN '{}'::jsonb
    ELSE jsonb_build_object('my_vote', coalesce((SELECT value FROM votes WHERE shader_id = d.id AND user_id = %(user)s::uuid), 0)) END
    AS document
FROM shader_documents d WHERE id = %(id)s AND (status <> 'draft' OR author_id = %(user)s::uuid);

-- name: visible
-- first: the oldest version that this user may see.
SELECT id, author_id, status, version, title, CASE WHEN author_id = %(user)s::uuid THEN 1 ELSE first_public END AS first
FROM shaders
WHERE id = %(id)s AND (status <> 'draft' OR author_id = %(user)s::uuid);

-- name: lock_visible
-- The same as `visible`, held until the end of the transaction.
SELECT id FROM shaders WHERE id = %(id)s AND (status <> 'draft' OR author_id = %(user)s::uuid) FOR UPDATE;

-- name: set_votes
UPDATE shaders SET up = %(up)s, down = %(down)s WHERE id = %(id)s;

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
WITH target AS (SELECT style FROM shader_documents WHERE id = %(id)s)
SELECT d.document FROM shader_documents d CROSS JOIN target
WHERE d.status = 'published' AND d.id <> %(id)s AND d.style IS NOT NULL AND target.style IS NOT NULL
ORDER BY d.style <=> target.style, d.id LIMIT %(limit)s;

-- name: count_by_status
SELECT status, count(*) AS n FROM shaders GROUP BY status;
