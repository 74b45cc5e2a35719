-- Rows of the feed, in the order given; superseded tells that a newer change was there already.
INSERT INTO resource_change
       (program_id, entity, module, entity_id, change, updated_at, event_type, batch_id, sequence,
        superseded, recorded_at)
SELECT s.program_id, 'RESOURCE', s.module, s.entity_id, s.change, s.updated_at, s.event_type, s.batch_id, s.sequence,
       s.superseded OR EXISTS (
           SELECT 1
             FROM resource t
            WHERE t.program_id = s.program_id
              AND t.module = s.module
              AND t.resource_id = s.entity_id
              AND (t.availability_updated_at > s.updated_at
                   OR (t.availability_updated_at = s.updated_at
                       AND (t.availability_batch_id > s.batch_id
                            OR (t.availability_batch_id = s.batch_id AND t.availability_sequence > s.sequence))))),
       current_timestamp
  FROM (SELECT CAST(:#programId AS varchar(64)), CAST(:#eventType AS varchar(64)), CAST(:#batchId AS varchar(64)),
               u.module, u.entity_id, u.change, CAST(u.updated_at AS timestamp with time zone), u.sequence,
               u.superseded, u.place
          FROM UNNEST(CAST(:#modules AS integer ARRAY[10000]),
                      CAST(:#entityIds AS varchar(64) ARRAY[10000]),
                      CAST(:#changes AS varchar(16) ARRAY[10000]),
                      CAST(:#updatedAt AS varchar(32) ARRAY[10000]),
                      CAST(:#sequences AS integer ARRAY[10000]),
                      CAST(:#superseded AS boolean ARRAY[10000]))
               WITH ORDINALITY AS u (module, entity_id, change, updated_at, sequence, superseded, place))
       AS s (program_id, event_type, batch_id, module, entity_id, change, updated_at, sequence, superseded, place)
 ORDER BY s.place
