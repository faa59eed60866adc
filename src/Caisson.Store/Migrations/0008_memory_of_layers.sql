ALTER TABLE layers ADD COLUMN memory_digest TEXT;
ALTER TABLE layers ADD COLUMN memory_bytes INTEGER;
ALTER TABLE layers ADD COLUMN memory_processes INTEGER;
