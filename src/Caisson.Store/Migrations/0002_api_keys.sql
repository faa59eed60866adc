CREATE TABLE api_keys (
  id         TEXT PRIMARY KEY NOT NULL,
  hash       TEXT NOT NULL UNIQUE,
  tenant     TEXT NOT NULL,
  scopes     TEXT NOT NULL CHECK (json_valid(scopes)),
  created_at TEXT NOT NULL,
  expires_at TEXT
) STRICT, WITHOUT ROWID;
