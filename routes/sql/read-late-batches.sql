-- Closed batches with pushes that are not applied yet.
SELECT DISTINCT b.program_id, b.event_type, b.batch_id
  FROM push_message m
  JOIN push_batch b
    ON b.program_id = m.program_id
   AND b.event_type = m.event_type
   AND b.batch_id = m.batch_id
 WHERE m.applied_at IS NULL
   AND b.status <> 'OPEN'
