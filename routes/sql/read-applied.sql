-- One batch, once for each of its pushes that is applied.
SELECT b.total_sequence, m.sequence
  FROM push_batch b
  LEFT JOIN push_message m
    ON m.program_id = b.program_id
   AND m.event_type = b.event_type
   AND m.batch_id = b.batch_id
   AND m.applied_at IS NOT NULL
 WHERE b.program_id = :#programId
   AND b.event_type = :#eventType
   AND b.batch_id = :#batchId
