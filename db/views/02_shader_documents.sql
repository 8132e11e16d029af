-- A shader as lists show it, with the newest render of its current version. The columns that documents of lists do not
-- have (project, style, credits, origin) cost nothing where a query does not ask for them.
CREATE VIEW shader_documents AS
SELECT s.id, s.author_id, s.status, s.published_at, s.hot, wilson(s.up, s.down) AS wilson, s.tags, s.words, s.created_at,
    s.credits, s.origin, v.project, v.style,
    jsonb_build_object(
    'id', s.id, 'title', s.title, 'description', s.description, 'tags', to_jsonb(s.tags), 'license', s.license,
    'status', s.status, 'version', s.version, 'author', jsonb_build_object('username', u.username),
    'created_at', s.created_at, 'updated_at', s.updated_at, 'published_at', s.published_at,
    'score', CASE WHEN s.published_at IS NULL THEN 0
        ELSE round(wilson(s.up, s.down)::numeric * power(0.5, greatest(0, extract(epoch FROM now() - s.published_at) / 172800)), 6) END,
    'votes', jsonb_build_object('up', s.up, 'down', s.down), 'forked_from', s.forked_from,
    'render', (SELECT d.document FROM renders r JOIN render_documents d ON d.id = r.id
               WHERE r.shader_id = s.id AND r.version = s.version ORDER BY r.queued_at DESC LIMIT 1)) AS document
FROM shaders s JOIN users u ON u.id = s.author_id
LEFT JOIN versions v ON v.shader_id = s.id AND v.n = s.version;
