SELECT quarantine_id, reason, detail, payload, times_seen, first_seen_at, last_seen_at, replayed_at
  FROM quarantine
 WHERE quarantine_id = :#quarantineId
