-- Wins when an open batch lacks pushes that nobody can be asked for any more.
UPDATE push_batch b
   SET status = 'INCOMPLETE',
       closed_at = current_timestamp,
       closed_by = 'TIMEOUT'
 WHERE b.program_id = :#programId
   AND b.event_type = :#eventType
   AND b.batch_id = :#batchId
   AND b.status = 'OPEN'
   AND b.deadline_at <= current_timestamp
   AND (CAST(:#recoverable AS boolean) = FALSE
        OR b.opened_at + CAST(:#windowSeconds AS integer) * INTERVAL '1' SECOND <= current_timestamp)
   AND b.total_sequence > (SELECT count(*)
                             FROM push_message m
                            WHERE m.program_id = b.program_id
                              AND m.event_type = b.event_type
                              AND m.batch_id = b.batch_id)
