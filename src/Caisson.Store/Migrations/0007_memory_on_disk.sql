ALTER TABLE sandboxes ADD COLUMN memory_bytes INTEGER;
ALTER TABLE sandboxes ADD COLUMN memory_processes INTEGER;
ALTER TABLE sandboxes ADD COLUMN memory_whole INTEGER;
