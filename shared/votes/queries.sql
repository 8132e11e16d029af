-- name: cast
-- One vote a person; the counters follow in the same transaction, under the shader's row lock.
INSERT INTO votes (shader_id, user_id, value) VALUES (%(shader)s, %(user)s, %(value)s)
ON CONFLICT (shader_id, user_id) DO UPDATE SET value = excluded.value;

-- name: withdraw
DELETE FROM votes WHERE shader_id = %(shader)s AND user_id = %(user)s;

-- name: lock
SELECT id FROM shaders WHERE id = %(shader)s AND (status <> 'draft' OR author_id = %(user)s) FOR UPDATE;

-- name: count
UPDATE shaders SET
    up = (SELECT count(*) FROM votes WHERE shader_id = %(shader)s AND value = 1),
    down = (SELECT count(*) FROM votes WHERE shader_id = %(shader)s AND value = -1)
WHERE id = %(shader)s RETURNING up, down;
