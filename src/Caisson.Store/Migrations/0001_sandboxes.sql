CREATE TABLE sandboxes (
  id            TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 20),
  tenant        TEXT NOT NULL,
  wall          TEXT NOT NULL,
  state         TEXT NOT NULL,
  started_at    TEXT NOT NULL,
  ends_at       TEXT,
  access_token  TEXT NOT NULL,
  traffic_token TEXT,
  spec          TEXT NOT NULL CHECK (json_valid(spec))
) STRICT, WITHOUT ROWID;
