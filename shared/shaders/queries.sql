-- name: create
-- words is what a search finds a shader by.
INSERT INTO shaders (author_id, title, description, tags, license, credits, origin, wish, forked_from, words)
VALUES (%(author)s, %(title)s, %(description)s, %(tags)s, %(license)s, %(credits)s, %(origin)s, %(wish)s, %(forked_from)s,
    setweight(to_tsvector('english', %(title)s), 'A')
    || setweight(to_tsvector('english', array_to_string(%(tags)s::text[], ' ')), 'B')
    || setweight(to_tsvector('english', %(description)s), 'C'))
RETURNING id;

-- name: lock
-- The row to change, held until the end of the transaction.
SELECT id, author_id, title, description, tags, license, credits, origin, status, version, public_version, wish, refusal, revision, saved_by,
    forked_from, source_license
FROM shaders WHERE id = %(id)s FOR NO KEY UPDATE;

-- name: lock_whole
-- The row to delete: nobody may begin to refer to it either.
SELECT id, author_id, status, revision, saved_by FROM shaders WHERE id = %(id)s FOR UPDATE;

-- name: update
UPDATE shaders SET title = %(title)s, description = %(description)s, tags = %(tags)s, license = %(license)s,
    credits = %(credits)s, origin = %(origin)s, status = %(status)s, version = %(version)s, updated_at = now(),
    wish = %(wish)s, refusal = %(refusal)s, revision = revision + 1, saved_by = %(request)s,
    words = setweight(to_tsvector('english', %(title)s), 'A')
        || setweight(to_tsvector('english', array_to_string(%(tags)s::text[], ' ')), 'B')
        || setweight(to_tsvector('english', %(description)s), 'C')
WHERE id = %(id)s;

-- name: keep_source_license
-- Of a new fork, whose source the transaction keeps. A fork of one's own fork is bound as that one is.
UPDATE shaders f SET source_license = CASE WHEN s.author_id = f.author_id THEN s.source_license ELSE s.license END
FROM shaders s WHERE f.id = %(id)s AND s.id = %(source)s;

-- name: make_public
-- published_at and first_public are set once, at the first publication.
UPDATE shaders SET public_version = %(n)s, first_public = coalesce(first_public, %(n)s),
    published_at = coalesce(published_at, clock_timestamp()),
    status = CASE WHEN status = 'draft' THEN 'published' ELSE status END,
    wish = CASE WHEN wish = %(n)s THEN NULL ELSE wish END, 
    refusal = CASE WHEN wish = %(n)s OR (refusal->>'version')::integer = %(n)s THEN NULL ELSE refusal END
WHERE id = %(id)s;

-- name: settled_wishes
SELECT s.id, s.wish FROM shaders s WHERE s.wish IS NOT NULL
  AND EXISTS (SELECT FROM renders r WHERE r.shader_id = s.id AND r.version = s.wish)
  AND NOT EXISTS (SELECT FROM renders r WHERE r.shader_id = s.id AND r.version = s.wish AND r.settled_at IS NULL)
ORDER BY s.id LIMIT 100 FOR NO KEY UPDATE OF s SKIP LOCKED;

-- name: wish
UPDATE shaders SET wish = %(n)s, refusal = NULL WHERE id = %(id)s;

-- name: show_older
-- Nothing can be seen of the public version any more: an earlier one is shown, or it is a draft again.
UPDATE shaders SET public_version = %(older)s, refusal = %(refusal)s, wish = CASE WHEN wish = %(n)s THEN NULL ELSE wish END,
    status = CASE WHEN %(older)s::integer IS NULL THEN 'draft' ELSE status END
WHERE id = %(id)s;

-- name: refuse
UPDATE shaders SET wish = NULL, refusal = %(refusal)s WHERE id = %(id)s;

-- name: delete
DELETE FROM shaders WHERE id = %(id)s;

-- name: bury
INSERT INTO deleted_shaders (id, author_id, was_public, deleted_by) VALUES (%(id)s, %(author)s, %(was_public)s, %(request)s);

-- name: was_deleted
SELECT deleted_by FROM deleted_shaders WHERE id = %(id)s AND (was_public OR author_id = %(user)s::uuid);

-- name: forget_deleted
DELETE FROM deleted_shaders WHERE deleted_at < now() - interval '30 days';

-- name: by_author
SELECT id, title, status FROM shaders WHERE author_id = %(author)s;

-- name: read
-- One shader with its project; drafts are their author's alone, and only the author sees what is not public yet.
SELECT document || jsonb_build_object('project', project, 'revision', revision, 'credits', credits, 'origin', origin)
    || CASE WHEN %(user)s::uuid IS NULL THEN '{}'::jsonb
    ELSE jsonb_build_object('my_vote', coalesce((SELECT value FROM votes WHERE shader_id = d.id AND user_id = %(user)s::uuid), 0)) END
    AS document
FROM shader_documents d
WHERE id = %(id)s AND own = (author_id IS NOT DISTINCT FROM %(user)s::uuid) AND (own OR status <> 'draft');

-- name: visible
-- own: whether it is the user's, who sees all of its versions.
SELECT id, author_id, status, title, author_id IS NOT DISTINCT FROM %(user)s::uuid AS own FROM shaders
WHERE id = %(id)s AND (status <> 'draft' OR author_id = %(user)s::uuid);

-- name: lock_visible
-- The same as `visible`, held until the end of the transaction.
SELECT id FROM shaders WHERE id = %(id)s AND (status <> 'draft' OR author_id = %(user)s::uuid) FOR NO KEY UPDATE;

-- name: keep_visible
-- The same for what is to be referred to: it is not deleted before the end of the transaction.
SELECT id FROM shaders WHERE id = %(id)s AND (status <> 'draft' OR author_id = %(user)s::uuid) FOR KEY SHARE;

-- name: hold
-- The row, before the rows of its renders, until the end of the transaction.
SELECT id, status, version, public_version, wish FROM shaders WHERE id = %(id)s FOR NO KEY UPDATE;

-- name: set_votes
UPDATE shaders SET up = %(up)s, down = %(down)s WHERE id = %(id)s;

-- name: list_new
SELECT id, published_at, document FROM shader_documents
WHERE status = 'published' AND NOT own
  AND (%(after)s::timestamptz IS NULL OR (published_at, id) < (%(after)s::timestamptz, %(after_id)s::uuid))
  AND (%(tags)s::text[] IS NULL OR tags @> %(tags)s::text[])
  AND (%(q)s::text IS NULL OR words @@ websearch_to_tsquery('english', %(q)s))
ORDER BY published_at DESC, id DESC LIMIT %(limit)s;

-- name: list_trending
SELECT id, hot, document FROM shader_documents
WHERE status = 'published' AND NOT own
  AND (%(after)s::float8 IS NULL OR (hot, id) < (%(after)s::float8, %(after_id)s::uuid))
  AND (%(tags)s::text[] IS NULL OR tags @> %(tags)s::text[])
  AND (%(q)s::text IS NULL OR words @@ websearch_to_tsquery('english', %(q)s))
ORDER BY hot DESC, id DESC LIMIT %(limit)s;

-- name: list_top
SELECT id, wilson, document FROM shader_documents
WHERE status = 'published' AND NOT own
  AND (%(after)s::float8 IS NULL OR (wilson, id) < (%(after)s::float8, %(after_id)s::uuid))
  AND (%(tags)s::text[] IS NULL OR tags @> %(tags)s::text[])
  AND (%(q)s::text IS NULL OR words @@ websearch_to_tsquery('english', %(q)s))
ORDER BY wilson DESC, id DESC LIMIT %(limit)s;

-- name: list_mine
SELECT id, created_at, document FROM shader_documents
WHERE author_id = %(user)s AND own
  AND (%(after)s::timestamptz IS NULL OR (created_at, id) < (%(after)s::timestamptz, %(after_id)s::uuid))
ORDER BY created_at DESC, id DESC LIMIT %(limit)s;

-- name: similar
-- By the style of the pictures: cosine distance between the described current versions.
WITH target AS (SELECT style FROM shader_documents WHERE id = %(id)s AND own = (author_id IS NOT DISTINCT FROM %(user)s::uuid))
SELECT d.document FROM shader_documents d CROSS JOIN target
WHERE d.status = 'published' AND NOT d.own AND d.id <> %(id)s AND d.style IS NOT NULL AND target.style IS NOT NULL
ORDER BY d.style <=> target.style, d.id LIMIT %(limit)s;

-- name: count_by_status
SELECT status, count(*) AS n FROM shaders GROUP BY status;
