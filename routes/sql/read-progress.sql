-- One batch, once for each of its pushes.
SELECT b.program_id, b.event_type, b.batch_id, b.total_sequence, b.status, b.deadline_at,
       current_timestamp AS now_at, m.sequence
  FROM push_batch b
  JOIN push_message m
    ON m.program_id = b.program_id
   AND m.event_type = b.event_type
   AND m.batch_id = b.batch_id
 WHERE b.program_id = :#programId
   AND b.event_type = :#eventType
   AND b.batch_id = :#batchId
