-- A version as lists show it, with its newest render.
CREATE VIEW version_documents AS
SELECT v.shader_id, v.n, v.public_at, v.project, jsonb_build_object('n', v.n, 'created_at', v.created_at,
    'render', (SELECT d.document FROM renders r JOIN render_documents d ON d.id = r.id
               WHERE r.shader_id = v.shader_id AND r.version = v.n
               ORDER BY (r.status = 'ready') DESC, r.queued_at DESC LIMIT 1)) AS document
FROM versions v;
