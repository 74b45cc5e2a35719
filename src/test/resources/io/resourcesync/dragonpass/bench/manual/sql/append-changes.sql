-- One row of the feed; superseded tells that a newer change was there already.
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
              AND (t.metadata_updated_at > s.updated_at
                   OR (t.metadata_updated_at = s.updated_at
                       AND (t.metadata_batch_id > s.batch_id
                            OR (t.metadata_batch_id = s.batch_id AND t.metadata_sequence > s.sequence))))),
       current_timestamp
  FROM (VALUES (CAST(:#programId AS varchar(64)), CAST(:#module AS integer), CAST(:#entityId AS varchar(64)),
                CAST(:#change AS varchar(16)), CAST(:#updatedAt AS timestamp with time zone),
                CAST(:#eventType AS varchar(64)), CAST(:#batchId AS varchar(64)),
                CAST(:#sequence AS integer), CAST(:#superseded AS boolean)))
       AS s (program_id, module, entity_id, change, updated_at, event_type, batch_id, sequence, superseded)
