-- The sweep reads the open batches some at a time, oldest first. On HSQLDB a statement that the process died
-- after is done already when it is repeated at the next start.
CREATE INDEX IF NOT EXISTS push_batch_by_status_and_opening ON push_batch (status, opened_at);
