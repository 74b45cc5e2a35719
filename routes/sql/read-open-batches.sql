-- Every open batch with how many of its pushes are stored.
SELECT b.program_id, b.event_type, b.batch_id, b.total_sequence, b.status, b.opened_at, b.deadline_at,
       current_timestamp AS now_at,
       (SELECT count(*)
          FROM push_message m
         WHERE m.program_id = b.program_id
           AND m.event_type = b.event_type
           AND m.batch_id = b.batch_id) AS stored
  FROM push_batch b
 WHERE b.status = 'OPEN'
