-- Closed batches with pushes that are not applied yet: only one that was closed incomplete can get any.
SELECT b.program_id, b.event_type, b.batch_id
  FROM push_batch b
 WHERE b.status = 'INCOMPLETE'
   AND EXISTS (SELECT 1
                 FROM push_message m
                WHERE m.program_id = b.program_id
                  AND m.event_type = b.event_type
                  AND m.batch_id = b.batch_id
                  AND m.applied_at IS NULL)
