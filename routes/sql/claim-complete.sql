-- Wins when every push of an open batch is stored.
UPDATE push_batch b
   SET status = 'APPLIED',
       closed_at = current_timestamp,
       closed_by = CASE
           WHEN EXISTS (SELECT 1
                          FROM push_message r
                         WHERE r.program_id = b.program_id
                           AND r.event_type = b.event_type
                           AND r.batch_id = b.batch_id
                           AND r.source = 'RECOVERY')
           THEN CAST('RECOVERY' AS varchar(16))
           ELSE CAST('PUSH' AS varchar(16))
       END
 WHERE b.program_id = :#programId
   AND b.event_type = :#eventType
   AND b.batch_id = :#batchId
   AND b.status = 'OPEN'
   AND b.total_sequence = (SELECT count(*)
                             FROM push_message m
                            WHERE m.program_id = b.program_id
                              AND m.event_type = b.event_type
                              AND m.batch_id = b.batch_id)
