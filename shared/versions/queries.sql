-- name: add
INSERT INTO versions (shader_id, n, project) VALUES (%(shader)s, %(n)s, %(project)s);

-- name: project
SELECT project FROM versions WHERE shader_id = %(shader)s AND n = %(n)s;

-- name: of_shader
SELECT n, document FROM version_documents
WHERE shader_id = %(shader)s AND n BETWEEN %(first)s AND %(last)s AND (%(after)s::integer IS NULL OR n < %(after)s::integer)
ORDER BY n DESC LIMIT %(limit)s;

-- name: read
SELECT document || jsonb_build_object('project', project) AS document FROM version_documents
WHERE shader_id = %(shader)s AND n = %(n)s AND n BETWEEN %(first)s AND %(last)s;

-- name: set_style
UPDATE versions SET style = %(style)s WHERE shader_id = %(shader)s AND n = %(n)s;
