-- Some rows of quarantine that were last seen longer ago than the retention.
DELETE FROM quarantine
 WHERE quarantine_id IN (
       SELECT q.quarantine_id
         FROM quarantine q
        WHERE q.last_seen_at < current_timestamp - CAST(:#retentionDays AS integer) * INTERVAL '1' DAY
        ORDER BY q.last_seen_at
        LIMIT 500)
