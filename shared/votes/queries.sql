-- name: cast
-- One vote a person; a second one replaces the first.
INSERT INTO votes (shader_id, user_id, value) VALUES (%(shader)s, %(user)s, %(value)s)
ON CONFLICT (shader_id, user_id) DO UPDATE SET value = excluded.value;

-- name: withdraw
DELETE FROM votes WHERE shader_id = %(shader)s AND user_id = %(user)s;

-- name: count
SELECT count(*) FILTER (WHERE value = 1) AS up, count(*) FILTER (WHERE value = -1) AS down
FROM votes WHERE shader_id = %(shader)s;
