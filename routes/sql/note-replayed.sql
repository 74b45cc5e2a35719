UPDATE quarantine SET replayed_at = current_timestamp WHERE quarantine_id = :#quarantineId
