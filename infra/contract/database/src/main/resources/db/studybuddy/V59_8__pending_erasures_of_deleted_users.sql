-- The users that were deleted before erasures existed.
INSERT INTO pending_erasures (aggregate_type, aggregate_id) SELECT 'user', CAST(id AS TEXT) FROM deleted_users
  ON CONFLICT (aggregate_type, aggregate_id) DO NOTHING;
