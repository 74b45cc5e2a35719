-- How many rows the tables hold that other systems read.
SELECT 'resource' AS "table", count(*) AS "rows" FROM resource
UNION ALL
SELECT 'transport_hub', count(*) FROM transport_hub
UNION ALL
SELECT 'resource_change', count(*) FROM resource_change
UNION ALL
SELECT 'quarantine', count(*) FROM quarantine
