-- The audit of one changed object is listed along this index, newest first.
CREATE INDEX IF NOT EXISTS admin_audit_by_target ON admin_audit (target, at, id);
