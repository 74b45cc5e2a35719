-- Some batches that were closed longer ago than the retention, and have nothing left to apply.
SELECT b.program_id, b.event_type, b.batch_id
  FROM push_batch b
 WHERE b.closed_at < current_timestamp - CAST(:#retentionDays AS integer) * INTERVAL '1' DAY
   AND NOT EXISTS (SELECT 1
                     FROM push_message m
                    WHERE m.program_id = b.program_id
                      AND m.event_type = b.event_type
                      AND m.batch_id = b.batch_id
                      AND m.applied_at IS NULL)
 ORDER BY b.closed_at
 LIMIT 100
