-- name: add
INSERT INTO versions (shader_id, n, project) VALUES (%(shader)s, %(n)s, %(project)s);

-- name: mark_public
UPDATE versions SET public_at = coalesce(public_at, now()) WHERE shader_id = %(shader)s AND n = %(n)s;

-- name: bytes_of_author
-- The size of what is stored is known without reading it.
SELECT coalesce(sum(pg_column_size(v.project)), 0)::bigint AS bytes FROM versions v JOIN shaders s ON s.id = v.shader_id
WHERE s.author_id = %(author)s;

-- name: project
SELECT project FROM versions WHERE shader_id = %(shader)s AND n = %(n)s;

-- name: of_shader
SELECT n, document FROM version_documents
WHERE shader_id = %(shader)s AND (%(own)s OR public_at IS NOT NULL) AND (%(after)s::integer IS NULL OR n < %(after)s::integer)
ORDER BY n DESC LIMIT %(limit)s;

-- name: read
SELECT document || jsonb_build_object('project', project) AS document FROM version_documents
WHERE shader_id = %(shader)s AND n = %(n)s AND (%(own)s OR public_at IS NOT NULL);

-- name: set_style
UPDATE versions SET style = %(style)s WHERE shader_id = %(shader)s AND n = %(n)s;
