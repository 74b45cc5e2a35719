-- One row for one payload: the same again is counted, with the latest reason.
MERGE INTO quarantine q
USING (VALUES (CAST(:#payloadHash AS varchar(64)),
               CAST(:#reason AS varchar(32)),
               CAST(:#detail AS varchar(1000))))
      AS s (payload_hash, reason, detail)
   ON q.payload_hash = s.payload_hash
 WHEN MATCHED THEN
      UPDATE SET reason = s.reason,
                 detail = s.detail,
                 times_seen = q.times_seen + 1,
                 last_seen_at = current_timestamp
 WHEN NOT MATCHED THEN
      INSERT (payload_hash, reason, detail, payload, times_seen, first_seen_at, last_seen_at)
      VALUES (s.payload_hash, s.reason, s.detail, :#payload, 1, current_timestamp, current_timestamp)
