-- What became of the batches of the story: how each was closed, what was recovered, what is missing.
SELECT b.event_type AS topic, b.batch_id AS batch, b.status, b.closed_by,
       (SELECT string_agg(CAST(m.sequence AS varchar(8)), ',' ORDER BY m.sequence)
          FROM push_message m
         WHERE m.program_id = b.program_id
           AND m.event_type = b.event_type
           AND m.batch_id = b.batch_id
           AND m.source = 'RECOVERY') AS recovered,
       b.missing
  FROM push_batch b
 WHERE b.program_id = :#programId
   AND b.batch_id = :#batchId
 ORDER BY b.opened_at, b.event_type
