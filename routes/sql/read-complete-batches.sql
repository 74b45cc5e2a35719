-- Open batches whose pushes are all stored. They are counted only once the last one is there, as most open
-- batches still receive theirs.
SELECT b.program_id, b.event_type, b.batch_id
  FROM push_batch b
 WHERE b.status = 'OPEN'
   AND CASE WHEN NOT EXISTS (SELECT 1
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
       END
