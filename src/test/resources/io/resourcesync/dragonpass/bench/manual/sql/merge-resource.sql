-- The newest change of a resource's details wins; ties go to the greater (batch_id, sequence).
MERGE INTO resource t
USING (VALUES (CAST(:#programId AS varchar(64)), CAST(:#module AS integer), CAST(:#entityId AS varchar(64)),
               CAST(:#updatedAt AS timestamp with time zone), CAST(:#batchId AS varchar(64)),
               CAST(:#sequence AS integer)))
      AS s (program_id, module, resource_id, updated_at, batch_id, sequence)
   ON t.program_id = s.program_id AND t.module = s.module AND t.resource_id = s.resource_id
 WHEN MATCHED AND (t.metadata_updated_at IS NULL
                   OR t.metadata_updated_at < s.updated_at
                   OR (t.metadata_updated_at = s.updated_at
                       AND (t.metadata_batch_id < s.batch_id
                            OR (t.metadata_batch_id = s.batch_id AND t.metadata_sequence < s.sequence)))) THEN
      UPDATE SET metadata_updated_at = s.updated_at,
                 metadata_batch_id = s.batch_id,
                 metadata_sequence = s.sequence
 WHEN NOT MATCHED THEN
      INSERT (program_id, module, resource_id, metadata_updated_at, metadata_batch_id, metadata_sequence)
      VALUES (s.program_id, s.module, s.resource_id, s.updated_at, s.batch_id, s.sequence)
