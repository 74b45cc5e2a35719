UPDATE push_message
   SET applied_at = current_timestamp
 WHERE program_id = :#programId
   AND event_type = :#eventType
   AND batch_id = :#batchId
   AND sequence BETWEEN :#first AND :#last
   AND sequence IN (SELECT u.sequence FROM UNNEST(CAST(:#sequences AS integer ARRAY[10000])) AS u (sequence))
