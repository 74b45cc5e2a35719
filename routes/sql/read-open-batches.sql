-- The next open batches after those read before, oldest first. To follow its index, HSQLDB must be asked to sort
-- by the status as well.
SELECT b.program_id, b.event_type, b.batch_id, b.opened_at, b.deadline_at, current_timestamp AS now_at
  FROM push_batch b
 WHERE b.status = 'OPEN'
   AND b.opened_at >= :#lastOpenedAt
 ORDER BY b.status, b.opened_at
 LIMIT :#limit
OFFSET :#tied
