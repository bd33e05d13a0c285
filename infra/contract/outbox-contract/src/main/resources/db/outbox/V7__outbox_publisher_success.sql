-- The time at which the instance could last do its work, and the time since which it has been fit without a break.
-- The rows of instances of a former version have NULL in both columns, which counts as fit.
ALTER TABLE outbox_publisher
  ADD COLUMN IF NOT EXISTS success_at TIMESTAMPTZ,
  ADD COLUMN IF NOT EXISTS fit_since TIMESTAMPTZ;
