-- How many batches of the story are closed.
SELECT count(*) AS closed
  FROM push_batch b
 WHERE b.program_id = :#programId
   AND b.batch_id = :#batchId
   AND b.status <> 'OPEN'
