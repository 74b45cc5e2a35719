DELETE FROM push_batch
 WHERE program_id = :#programId
   AND event_type = :#eventType
   AND batch_id = :#batchId
