-- The batch of a push and, when its sequence is stored already, the payload that was stored.
SELECT b.total_sequence, b.status, b.deadline_at, current_timestamp AS now_at, m.payload
  FROM push_batch b
  LEFT JOIN push_message m
    ON m.program_id = b.program_id
   AND m.event_type = b.event_type
   AND m.batch_id = b.batch_id
   AND m.sequence = :#sequence
 WHERE b.program_id = :#programId
   AND b.event_type = :#eventType
   AND b.batch_id = :#batchId
