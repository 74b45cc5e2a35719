-- In a transaction of its own: on PostgreSQL it needs a stronger lock than the new index does, and would wait for
-- pushes of other nodes that wait for this one.
DROP INDEX IF EXISTS push_batch_by_status;
