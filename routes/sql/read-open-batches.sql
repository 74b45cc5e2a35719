-- Every open batch, and whether all of its pushes are stored. They are counted only once the last one is
-- there, as most open batches still receive theirs.
SELECT b.program_id, b.event_type, b.batch_id, b.total_sequence, b.status, b.opened_at, b.deadline_at,
       current_timestamp AS now_at,
       CASE WHEN NOT EXISTS (SELECT 1
                               FROM push_message l
                              WHERE l.program_id = b.program_id
                                AND l.event_type = b.event_type
                                AND l.batch_id = b.batch_id
                                AND l.sequence = b.total_sequence)
            THEN FALSE
            ELSE b.total_sequence = (SELECT count(*)
                                       FROM push_message m
                                      WHERE m.program_id = b.program_id
                                        AND m.event_type = b.event_type
                                        AND m.batch_id = b.batch_id)
       END AS complete
  FROM push_batch b
 WHERE b.status = 'OPEN'
