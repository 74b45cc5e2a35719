-- Wins when an open batch is due, lacks pushes and may still be asked for; moves the deadline to
-- the next attempt, with doubling backoff and jitter, but not past the end of the window.
UPDATE push_batch b
   SET recovery_attempts = b.recovery_attempts + 1,
       deadline_at = LEAST(
           current_timestamp
               + CAST(GREATEST(1, LEAST(CAST(:#initialSeconds AS double precision)
                                            * POWER(2, LEAST(b.recovery_attempts, 20)),
                                        CAST(:#maxSeconds AS double precision))
                                  * CAST(:#jitter AS double precision)) AS integer)
               * INTERVAL '1' SECOND,
           b.opened_at + CAST(:#windowSeconds AS integer) * INTERVAL '1' SECOND)
 WHERE b.program_id = :#programId
   AND b.event_type = :#eventType
   AND b.batch_id = :#batchId
   AND b.status = 'OPEN'
   AND CAST(:#recoverable AS boolean) = TRUE
   AND b.deadline_at <= current_timestamp
   AND b.opened_at + CAST(:#windowSeconds AS integer) * INTERVAL '1' SECOND > current_timestamp
   AND b.total_sequence > (SELECT count(*)
                             FROM push_message m
                            WHERE m.program_id = b.program_id
                              AND m.event_type = b.event_type
                              AND m.batch_id = b.batch_id)
