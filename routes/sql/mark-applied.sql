UPDATE push_message
   SET applied_at = current_timestamp
 WHERE program_id = :#programId
   AND event_type = :#eventType
   AND batch_id = :#batchId
   AND sequence = :#sequence
