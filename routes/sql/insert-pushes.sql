INSERT INTO push_message
       (program_id, event_type, batch_id, sequence, total_sequence, module, updated_at, payload, source, received_at)
SELECT s.program_id, s.event_type, s.batch_id, s.sequence, s.total_sequence, s.module,
       CAST(s.updated_at AS timestamp with time zone), s.payload, s.source, current_timestamp
  FROM UNNEST(CAST(:#programIds AS varchar(64) ARRAY[1000]),
              CAST(:#eventTypes AS varchar(64) ARRAY[1000]),
              CAST(:#batchIds AS varchar(64) ARRAY[1000]),
              CAST(:#sequences AS integer ARRAY[1000]),
              CAST(:#totals AS integer ARRAY[1000]),
              CAST(:#modules AS integer ARRAY[1000]),
              CAST(:#updatedAt AS varchar(32) ARRAY[1000]),
              CAST(:#payloads AS varchar(10485760) ARRAY[1000]),
              CAST(:#sources AS varchar(16) ARRAY[1000]))
       AS s (program_id, event_type, batch_id, sequence, total_sequence, module, updated_at, payload, source)
