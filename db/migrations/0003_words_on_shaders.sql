-- What a project says about itself stands once, on the shader: its licence always did, credits and origin follow.
ALTER TABLE shaders ADD COLUMN credits text NOT NULL DEFAULT '', ADD COLUMN origin jsonb;
UPDATE shaders s SET credits = coalesce(v.project->>'credits', ''), origin = nullif(v.project->'origin', 'null')
FROM versions v WHERE v.shader_id = s.id AND v.n = s.version;
UPDATE versions SET project = project - 'credits' - 'origin' - 'license' WHERE project ?| ARRAY['credits', 'origin', 'license'];
