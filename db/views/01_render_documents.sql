-- A render as clients see it.
CREATE VIEW render_documents AS
SELECT r.id, r.shader_id, r.version, r.requested_by, jsonb_strip_nulls(jsonb_build_object(
    'id', r.id, 'status', r.status, 'reason', r.reason, 'detail', r.detail, 'preview', r.preview,
    'poster_url', (SELECT '/renders/' || o.key FROM outputs o WHERE o.render_id = r.id AND o.name = 'poster'),
    'preview_url', (SELECT '/renders/' || o.key FROM outputs o WHERE o.render_id = r.id AND o.name = 'preview'),
    'frames', (SELECT coalesce(jsonb_agg(jsonb_build_object('time', o.time, 'url', '/renders/' || o.key) ORDER BY o.time), '[]')
               FROM outputs o WHERE o.render_id = r.id AND (o.name LIKE 'frame-%' OR o.name = 'poster' AND r.shader_id IS NULL)),
    'facets', coalesce(r.facets, '{}'))) || jsonb_build_object('errors', r.errors) AS document
FROM renders r;
