-- The next pushes of a batch to apply: as many as one chunk holds, which pushes that crowd have to wait for.
SELECT sequence, module, updated_at, payload
  FROM push_message
 WHERE program_id = :#programId
   AND event_type = :#eventType
   AND batch_id = :#batchId
   AND sequence > :#after
   AND applied_at IS NULL
 ORDER BY sequence
 LIMIT 5
