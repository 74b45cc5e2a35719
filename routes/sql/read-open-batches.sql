-- Every open batch.
SELECT b.program_id, b.event_type, b.batch_id, b.opened_at, b.deadline_at, current_timestamp AS now_at
  FROM push_batch b
 WHERE b.status = 'OPEN'
