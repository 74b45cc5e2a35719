-- Leaves the newest rows, as many as the bound allows.
DELETE FROM quarantine
 WHERE quarantine_id IN (
       SELECT q.quarantine_id
         FROM quarantine q
        ORDER BY q.last_seen_at DESC, q.quarantine_id DESC
       OFFSET :#maxRows ROWS)
