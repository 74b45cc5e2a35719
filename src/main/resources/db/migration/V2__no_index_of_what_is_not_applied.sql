-- Each push paid for it twice, stored and applied, and only a sweep asked for it, which asks for the few
-- batches that can get late pushes instead.
DROP INDEX push_message_by_applied_at;
