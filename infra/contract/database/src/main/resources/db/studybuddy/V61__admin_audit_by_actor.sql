-- The audit of one caller is listed along this index, newest first.
CREATE INDEX IF NOT EXISTS admin_audit_by_actor ON admin_audit (actor, at, id);
