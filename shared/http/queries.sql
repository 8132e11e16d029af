-- name: begin
-- Waits for a twin in flight, then tells whether this one is the first.
INSERT INTO idempotency_keys (user_id, key, fingerprint) VALUES (%(user)s, %(key)s, %(fingerprint)s)
ON CONFLICT (user_id, key) DO NOTHING RETURNING key;

-- name: replay
SELECT fingerprint, status, location FROM idempotency_keys WHERE user_id = %(user)s AND key = %(key)s;

-- name: finish
UPDATE idempotency_keys SET status = %(status)s, location = %(location)s
WHERE user_id = %(user)s AND key = %(key)s;

-- name: sweep
-- Retries are answered for a day.
DELETE FROM idempotency_keys WHERE created_at < now() - interval '1 day' OR (user_id, key) IN (
    SELECT user_id, key FROM (SELECT user_id, key, row_number() OVER (PARTITION BY user_id ORDER BY created_at DESC) AS n
        FROM idempotency_keys) numbered WHERE n > %(most)s);
