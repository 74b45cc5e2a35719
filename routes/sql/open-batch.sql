-- Opens a batch with its first push; the deadline is kept by the database's clock.
INSERT INTO push_batch
       (program_id, event_type, batch_id, total_sequence, status, opened_at, deadline_at, recovery_attempts)
VALUES (:#programId, :#eventType, :#batchId, :#totalSequence, 'OPEN', current_timestamp,
        current_timestamp + CAST(:#timeoutSeconds AS integer) * INTERVAL '1' SECOND, 0)
