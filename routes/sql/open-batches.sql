-- Opens batches with their first pushes; the deadline is kept by the database's clock.
INSERT INTO push_batch
       (program_id, event_type, batch_id, total_sequence, status, opened_at, deadline_at, recovery_attempts)
SELECT s.program_id, s.event_type, s.batch_id, s.total_sequence, 'OPEN', current_timestamp,
       current_timestamp + CAST(:#timeoutSeconds AS integer) * INTERVAL '1' SECOND, 0
  FROM UNNEST(CAST(:#programIds AS varchar(64) ARRAY[1000]),
              CAST(:#eventTypes AS varchar(64) ARRAY[1000]),
              CAST(:#batchIds AS varchar(64) ARRAY[1000]),
              CAST(:#totals AS integer ARRAY[1000]))
       AS s (program_id, event_type, batch_id, total_sequence)
