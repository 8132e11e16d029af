-- name: create_session
INSERT INTO sessions (user_id) VALUES (%(user)s) RETURNING id;

-- name: by_session
SELECT u.id, u.username, u.email, u.role FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.id = %(session)s AND s.revoked_at IS NULL;

-- name: revoke_session
UPDATE sessions SET revoked_at = coalesce(revoked_at, now()) WHERE id = %(session)s;

-- name: add_refresh_token
INSERT INTO refresh_tokens (hash, session_id, expires_at) VALUES (%(hash)s, %(session)s, now() + %(life)s::interval);

-- name: use_refresh_token
-- Locks the family, so that parallel refreshes queue up; `late` is a use after the grace of a lost answer.
SELECT t.session_id, s.user_id, s.revoked_at IS NOT NULL AS revoked, t.expires_at < now() AS expired,
    t.rotated_at IS NOT NULL AND t.rotated_at < now() - %(grace)s::interval AS late
FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE t.hash = %(hash)s FOR UPDATE OF s;

-- name: rotate_refresh_token
UPDATE refresh_tokens SET rotated_at = coalesce(rotated_at, now()) WHERE hash = %(hash)s;

-- name: create_api_key
INSERT INTO api_keys (user_id, name, hint, hash, scopes)
VALUES (%(user)s, %(name)s, %(hint)s, %(hash)s, %(scopes)s) RETURNING id, name, hint, scopes, created_at;

-- name: list_api_keys
SELECT id, created_at, jsonb_build_object('id', id, 'name', name, 'hint', hint, 'scopes', to_jsonb(scopes),
    'created_at', created_at, 'last_used_at', last_used_at) AS document
FROM api_keys WHERE user_id = %(user)s
  AND (%(after)s::timestamptz IS NULL OR (created_at, id) < (%(after)s::timestamptz, %(after_id)s::uuid))
ORDER BY created_at DESC, id DESC LIMIT %(limit)s;

-- name: delete_api_key
DELETE FROM api_keys WHERE id = %(id)s AND user_id = %(user)s;

-- name: by_api_key
SELECT u.id, u.username, u.email, u.role, k.id AS key_id, k.scopes,
    k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 minute' AS touch
FROM api_keys k JOIN users u ON u.id = k.user_id WHERE k.hash = %(hash)s;

-- name: touch_api_key
UPDATE api_keys SET last_used_at = now() WHERE id = %(id)s;

-- name: sweep
-- What time has made worthless: spent refresh tokens, and sessions without any.
WITH tokens AS (DELETE FROM refresh_tokens WHERE expires_at < now() - interval '1 day')
DELETE FROM sessions s WHERE s.created_at < now() - interval '1 day'
    AND NOT EXISTS (SELECT FROM refresh_tokens t WHERE t.session_id = s.id);
