-- One batch, and how many of its pushes are not applied.
SELECT b.status, b.total_sequence, b.missing, b.closed_by,
       (SELECT count(*)
          FROM push_message m
         WHERE m.program_id = b.program_id
           AND m.event_type = b.event_type
           AND m.batch_id = b.batch_id
           AND m.applied_at IS NULL) AS unapplied
  FROM push_batch b
 WHERE b.program_id = :#programId
   AND b.event_type = :#eventType
   AND b.batch_id = :#batchId
