ALTER TABLE sandboxes ADD COLUMN defaults TEXT CHECK (defaults IS NULL OR json_valid(defaults));
ALTER TABLE snapshots ADD COLUMN defaults TEXT CHECK (defaults IS NULL OR json_valid(defaults));
CREATE TABLE templates (
  id         TEXT PRIMARY KEY NOT NULL,
  tenant     TEXT NOT NULL,
  name       TEXT NOT NULL,
  public     INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  tags       TEXT NOT NULL CHECK (json_valid(tags)),
  UNIQUE (tenant, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE template_builds (
  id         TEXT PRIMARY KEY NOT NULL,
  template   TEXT NOT NULL,
  state      TEXT NOT NULL,
  created_at TEXT NOT NULL,
  detail     TEXT NOT NULL CHECK (json_valid(detail))
) STRICT, WITHOUT ROWID;
CREATE TABLE template_steps (
  key     TEXT PRIMARY KEY NOT NULL,
  layer   TEXT,
  used_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
