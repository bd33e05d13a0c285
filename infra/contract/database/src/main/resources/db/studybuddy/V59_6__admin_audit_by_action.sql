-- The audit of one action is listed along this index, newest first, and the retention deletes along it, oldest first.
CREATE INDEX IF NOT EXISTS admin_audit_by_action ON admin_audit (action, at, id);
