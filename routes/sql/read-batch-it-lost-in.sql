-- The batch in which a quarantined push lost against another one; none once it is purged, also when
-- pushes that came later have opened it anew.
SELECT b.batch_id
  FROM push_batch b
  JOIN quarantine q
    ON q.last_seen_at >= b.opened_at
 WHERE q.quarantine_id = :#quarantineId
   AND b.program_id = :#programId
   AND b.event_type = :#eventType
   AND b.batch_id = :#batchId
