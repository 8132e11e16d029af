-- name: create
INSERT INTO users (username, email, password_hash) VALUES (%(username)s, %(email)s, %(password_hash)s)
RETURNING id, username, email, role;

-- name: by_login
-- By email address or by name.
SELECT id, username, email, role, password_hash FROM users
WHERE lower(email) = lower(%(login)s) OR lower(username) = lower(%(login)s);

-- name: by_username
SELECT id, username, email, role FROM users WHERE lower(username) = lower(%(username)s);

-- name: by_id
SELECT id, username, email, role FROM users WHERE id = %(id)s;

-- name: set_password_hash
UPDATE users SET password_hash = %(password_hash)s WHERE id = %(id)s;
