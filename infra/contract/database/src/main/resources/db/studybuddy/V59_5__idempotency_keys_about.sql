CREATE INDEX IF NOT EXISTS idempotency_keys_about ON idempotency_keys (about) WHERE about IS NOT NULL;
