-- Wins when pushes came for a batch that was closed without them.
UPDATE push_batch b
   SET status = b.status
 WHERE b.program_id = :#programId
   AND b.event_type = :#eventType
   AND b.batch_id = :#batchId
   AND b.status = 'INCOMPLETE'
   AND EXISTS (SELECT 1
                 FROM push_message m
                WHERE m.program_id = b.program_id
                  AND m.event_type = b.event_type
                  AND m.batch_id = b.batch_id
                  AND m.applied_at IS NULL)
