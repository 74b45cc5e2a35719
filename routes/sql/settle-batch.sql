-- Names what is still missing; with nothing missing any more, the batch was made whole late.
UPDATE push_batch
   SET missing = CAST(:#missing AS varchar(65536)),
       status = CASE WHEN CAST(:#missing AS varchar(65536)) IS NULL
                     THEN CAST('APPLIED' AS varchar(16)) ELSE status END,
       closed_by = CASE WHEN CAST(:#missing AS varchar(65536)) IS NULL
                        THEN CAST('LATE' AS varchar(16)) ELSE closed_by END,
       closed_at = CASE WHEN CAST(:#missing AS varchar(65536)) IS NULL
                        THEN current_timestamp ELSE closed_at END
 WHERE program_id = :#programId
   AND event_type = :#eventType
   AND batch_id = :#batchId
