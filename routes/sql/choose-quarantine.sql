-- What a replay of many takes: first what was not replayed yet, the oldest of it first, then what was
-- replayed longest ago.
SELECT quarantine_id
  FROM quarantine
 WHERE CAST(:#reason AS varchar(32)) IS NULL OR reason = CAST(:#reason AS varchar(32))
 ORDER BY CASE WHEN replayed_at IS NULL THEN 0 ELSE 1 END, replayed_at, quarantine_id
 LIMIT :#limit
