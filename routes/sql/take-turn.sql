-- Locks the only row of apply_turn: applications run one at a time, across all nodes.
UPDATE apply_turn SET taken_at = current_timestamp
