SELECT quarantine_id, reason, detail, times_seen, first_seen_at, last_seen_at, replayed_at,
       octet_length(payload) AS payload_bytes
  FROM quarantine
 WHERE CAST(:#reason AS varchar(32)) IS NULL OR reason = CAST(:#reason AS varchar(32))
 ORDER BY quarantine_id DESC
 LIMIT :#limit
