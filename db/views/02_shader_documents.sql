-- A shader as lists show it, twice: as its author sees it (own), with the version saved last, and as everybody else does,
-- with the public one, if there is one. The columns that documents of lists do not have (project, style, credits, origin) cost nothing
-- where a query does not ask for them.
CREATE VIEW shader_documents AS
SELECT s.id, seen.own, s.author_id, s.status, s.published_at, s.hot, wilson(s.up, s.down) AS wilson, s.tags, s.words,
    s.created_at, s.revision, s.credits, s.origin, v.project, v.style,
    jsonb_build_object(
    'id', s.id, 'title', s.title, 'description', s.description, 'tags', to_jsonb(s.tags), 'license', s.license,
    'status', s.status, 'version', seen.n, 'author', jsonb_build_object('username', u.username),
    'created_at', s.created_at, 'updated_at', s.updated_at, 'published_at', s.published_at,
    'score', CASE WHEN s.published_at IS NULL THEN 0
        ELSE round(wilson(s.up, s.down)::numeric * power(0.5, greatest(0, extract(epoch FROM now() - s.published_at) / 172800)), 6) END,
    'votes', jsonb_build_object('up', s.up, 'down', s.down), 'forked_from', s.forked_from,
    'render', (SELECT d.document FROM renders r JOIN render_documents d ON d.id = r.id
               WHERE r.shader_id = s.id AND r.version = seen.n
               ORDER BY (NOT seen.own AND r.status = 'ready') DESC, r.queued_at DESC LIMIT 1))
    || CASE WHEN seen.own THEN jsonb_build_object('publication', CASE
        WHEN s.wish IS NOT NULL THEN jsonb_build_object('status', 'waiting', 'version', s.wish)
        WHEN s.refusal IS NOT NULL THEN jsonb_build_object('status', 'refused') || s.refusal END)
    ELSE '{}'::jsonb END AS document
FROM shaders s JOIN users u ON u.id = s.author_id
CROSS JOIN LATERAL (VALUES (true, s.version), (false, s.public_version)) AS seen (own, n)
LEFT JOIN versions v ON v.shader_id = s.id AND v.n = seen.n
WHERE seen.n IS NOT NULL;
