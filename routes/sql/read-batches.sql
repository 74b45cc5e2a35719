-- Those batches of a group of pushes that are there.
SELECT b.program_id, b.event_type, b.batch_id, b.total_sequence, b.status, b.deadline_at, current_timestamp AS now_at
  FROM UNNEST(CAST(:#programIds AS varchar(64) ARRAY[1000]),
              CAST(:#eventTypes AS varchar(64) ARRAY[1000]),
              CAST(:#batchIds AS varchar(64) ARRAY[1000]))
       AS s (program_id, event_type, batch_id)
  JOIN push_batch b
    ON b.program_id = s.program_id
   AND b.event_type = s.event_type
   AND b.batch_id = s.batch_id
