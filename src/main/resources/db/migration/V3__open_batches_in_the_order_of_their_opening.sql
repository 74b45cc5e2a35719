-- The sweep reads the open batches some at a time, oldest first. Here a statement that the process died after
-- stays done, and is repeated at the next start.
CREATE INDEX IF NOT EXISTS push_batch_by_status_and_opening ON push_batch (status, opened_at);
DROP INDEX IF EXISTS push_batch_by_status;
