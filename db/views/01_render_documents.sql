-- A render as clients see it. Its warnings are those of the project, then those of its pictures in their order, each once.
CREATE VIEW render_documents AS
SELECT r.id, r.shader_id, r.version, r.requested_by, jsonb_strip_nulls(jsonb_build_object(
    'id', r.id, 'status', r.status, 'reason', r.reason, 'detail', r.detail, 'possible', r.possible, 'preview', r.preview,
    'poster_url', (SELECT '/renders/' || o.key FROM outputs o WHERE o.render_id = r.id AND o.name = 'poster'),
    'preview_url', (SELECT '/renders/' || o.key FROM outputs o WHERE o.render_id = r.id AND o.name = 'preview'),
    'frames', (SELECT coalesce(jsonb_agg(jsonb_build_object('warnings', '[]'::jsonb) || o.about || jsonb_build_object(
                   'name', o.name, 'time', o.time, 'width', o.width, 'height', o.height, 'url', '/renders/' || o.key)
                   ORDER BY o.time, o.name), '[]')
               FROM outputs o WHERE o.render_id = r.id AND o.name <> 'preview'),
    'facets', coalesce(r.facets, '{}')))
    || jsonb_build_object('errors', r.errors,
    'clip', (SELECT o.about || jsonb_build_object('width', o.width, 'height', o.height)
             FROM outputs o WHERE o.render_id = r.id AND o.name = 'preview' AND o.about ? 'start'),
    'warnings', (SELECT coalesce(jsonb_agg(once.warning ORDER BY once.place), '[]')
                 FROM (SELECT every.warning, min(every.place) AS place
                       FROM (SELECT w.value AS warning, ARRAY[0, w.n] AS place
                             FROM jsonb_array_elements(r.warnings) WITH ORDINALITY AS w (value, n)
                             UNION ALL
                             SELECT w.value, ARRAY[1 + row_number() OVER (ORDER BY o.name = 'preview', o.time, o.name, w.n), w.n]
                             FROM outputs o, jsonb_array_elements(o.about->'warnings') WITH ORDINALITY AS w (value, n)
                             WHERE o.render_id = r.id) AS every
                       GROUP BY every.warning) AS once)) AS document
FROM renders r;
