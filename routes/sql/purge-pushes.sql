DELETE FROM push_message
 WHERE program_id = :#programId
   AND event_type = :#eventType
   AND batch_id = :#batchId
   AND applied_at IS NOT NULL
