INSERT INTO push_message
       (program_id, event_type, batch_id, sequence, total_sequence, module, updated_at, payload, source, received_at)
VALUES (:#programId, :#eventType, :#batchId, :#sequence, :#totalSequence, :#module, :#updatedAt, :#payload,
        :#source, current_timestamp)
