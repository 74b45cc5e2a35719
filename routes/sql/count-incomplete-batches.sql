-- The batches that were closed without all of their pushes, and still are.
SELECT count(*)
  FROM push_batch b
 WHERE b.status = 'INCOMPLETE'
