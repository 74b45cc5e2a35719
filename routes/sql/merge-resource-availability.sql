-- The newest change of a resource's availability wins; ties go to the greater (batch_id, sequence).
MERGE INTO resource t
USING (VALUES (CAST(:#programId AS varchar(64)), CAST(:#module AS integer), CAST(:#entityId AS varchar(64)),
               CAST(:#available AS boolean), CAST(:#updatedAt AS timestamp with time zone),
               CAST(:#batchId AS varchar(64)), CAST(:#sequence AS integer)))
      AS s (program_id, module, resource_id, available, updated_at, batch_id, sequence)
   ON t.program_id = s.program_id AND t.module = s.module AND t.resource_id = s.resource_id
 WHEN MATCHED AND (t.availability_updated_at IS NULL
                   OR t.availability_updated_at < s.updated_at
                   OR (t.availability_updated_at = s.updated_at
                       AND (t.availability_batch_id < s.batch_id
                            OR (t.availability_batch_id = s.batch_id
                                AND t.availability_sequence < s.sequence)))) THEN
      UPDATE SET available = s.available,
                 availability_updated_at = s.updated_at,
                 availability_batch_id = s.batch_id,
                 availability_sequence = s.sequence
 WHEN NOT MATCHED THEN
      INSERT (program_id, module, resource_id, available, availability_updated_at, availability_batch_id,
              availability_sequence)
      VALUES (s.program_id, s.module, s.resource_id, s.available, s.updated_at, s.batch_id, s.sequence)
