-- Those pushes of a group that are there already, under the same key.
SELECT m.program_id, m.event_type, m.batch_id, m.sequence, m.payload
  FROM UNNEST(CAST(:#programIds AS varchar(64) ARRAY[1000]),
              CAST(:#eventTypes AS varchar(64) ARRAY[1000]),
              CAST(:#batchIds AS varchar(64) ARRAY[1000]),
              CAST(:#sequences AS integer ARRAY[1000]))
       AS s (program_id, event_type, batch_id, sequence)
  JOIN push_message m
    ON m.program_id = s.program_id
   AND m.event_type = s.event_type
   AND m.batch_id = s.batch_id
   AND m.sequence = s.sequence
