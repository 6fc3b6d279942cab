-- name: anomaly_bulk
-- doc: A credit of an activity that more people (amount) finished in the same second than the threshold of the rules (bound).
-- doc: A sheet gives all its people one hour, so sheets are left out.
WITH crowded AS (
  SELECT c.end_second AS end_second, c.activity AS activity, COUNT(*) AS credits
  FROM credit c
  JOIN parameter p ON p.year = c.year
  WHERE c.source <> 'sheet'
  GROUP BY c.end_second, c.activity, p.bulk_threshold
  HAVING COUNT(*) > p.bulk_threshold
)
SELECT c.person AS person, c.statement_id AS statement_id, c.day AS day, CAST(NULL AS VARCHAR(36)) AS other_id,
       b.credits AS amount, p.bulk_threshold AS bound, CAST(NULL AS VARCHAR(200)) AS mark
FROM credit c
JOIN parameter p ON p.year = c.year
JOIN crowded b ON b.end_second = c.end_second AND b.activity = c.activity
WHERE c.source <> 'sheet'
ORDER BY 2
