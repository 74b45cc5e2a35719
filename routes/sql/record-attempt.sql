-- Notes how the attempt ended; an API that asks for patience (Retry-After) gets it.
UPDATE push_batch
   SET recovery_error = CAST(:#error AS varchar(1000)),
       deadline_at = LEAST(
           GREATEST(deadline_at,
                    current_timestamp + CAST(:#retryAfterSeconds AS integer) * INTERVAL '1' SECOND),
           opened_at + CAST(:#windowSeconds AS integer) * INTERVAL '1' SECOND)
 WHERE program_id = :#programId
   AND event_type = :#eventType
   AND batch_id = :#batchId
   AND status = 'OPEN'
