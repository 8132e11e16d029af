-- The licence under which somebody else's shader was forked, which says what the fork's may be. Its source may be gone by then.
ALTER TABLE shaders ADD COLUMN source_license text;
UPDATE shaders f SET source_license = s.license FROM shaders s WHERE s.id = f.forked_from AND s.author_id <> f.author_id;
