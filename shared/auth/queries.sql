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

-- name: alone
-- One try a name at a time, so that parallel ones do not all go before the first is counted.
SELECT pg_advisory_xact_lock(hashtextextended(encode(%(subject)s, 'hex'), 7201004));

-- name: wait
-- Seconds until the next try.
SELECT coalesce(ceil(extract(epoch FROM max(locked_until) - now())), 0)::integer AS seconds
FROM sign_in_failures WHERE subject = ANY(%(subjects)s) AND locked_until > now();

-- name: count_failure
-- The n-th failure in a row locks for 2 to the power of n - free seconds, `longest` at most; a day without one is a new start.
INSERT INTO sign_in_failures AS f (subject, failures, failed_at, locked_until)
VALUES (%(subject)s, 1, now(), now() + CASE WHEN 1 < %(free)s THEN 0 ELSE 1 END * interval '1 second')
ON CONFLICT (subject) DO UPDATE SET failed_at = now(),
    failures = CASE WHEN f.failed_at < now() - interval '1 day' THEN 1 ELSE f.failures + 1 END,
    locked_until = now() + CASE WHEN f.failed_at < now() - interval '1 day' OR f.failures + 1 < %(free)s THEN 0
        ELSE least(2 ^ least(f.failures + 1 - %(free)s, 20), %(longest)s) END * interval '1 second';

-- name: forgive
DELETE FROM sign_in_failures WHERE subject = ANY(%(subjects)s);

-- name: sweep_failures
DELETE FROM sign_in_failures WHERE failed_at < now() - interval '1 day';
