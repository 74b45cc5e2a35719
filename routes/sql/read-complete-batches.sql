-- Of some batches those that are open and whose pushes are all stored. They are counted only once the last one is
-- there, as most open batches still receive theirs. That one is counted, too: to ask whether it exists, PostgreSQL may
-- read all pushes.
SELECT b.program_id, b.event_type, b.batch_id
  FROM UNNEST(CAST(:#programIds AS varchar(64) ARRAY[1000]),
              CAST(:#eventTypes AS varchar(64) ARRAY[1000]),
              CAST(:#batchIds AS varchar(64) ARRAY[1000]))
       AS s (program_id, event_type, batch_id)
  JOIN push_batch b
    ON b.program_id = s.program_id
   AND b.event_type = s.event_type
   AND b.batch_id = s.batch_id
 WHERE b.status = 'OPEN'
   AND CASE WHEN (SELECT count(*)
                    FROM push_message l
                   WHERE l.program_id = b.program_id
                     AND l.event_type = b.event_type
                     AND l.batch_id = b.batch_id
                     AND l.sequence = b.total_sequence) = 0
            THEN FALSE
            ELSE b.total_sequence = (SELECT count(*)
                                       FROM push_message m
                                      WHERE m.program_id = b.program_id
                                        AND m.event_type = b.event_type
                                        AND m.batch_id = b.batch_id)
       END
