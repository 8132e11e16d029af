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
DELETE FROM idempotency_keys WHERE created_at < now() - interval '1 day';

-- name: sweep_oldest
-- Of those who have more keys than may be kept all but the newest. Who that is the index of the primary key tells.
WITH above AS (SELECT user_id FROM idempotency_keys GROUP BY user_id HAVING count(*) > %(most)s)
DELETE FROM idempotency_keys k USING above CROSS JOIN LATERAL (
    SELECT key FROM idempotency_keys WHERE user_id = above.user_id ORDER BY created_at DESC OFFSET %(most)s) old
WHERE k.user_id = above.user_id AND k.key = old.key;
