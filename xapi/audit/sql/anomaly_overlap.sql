-- name: anomaly_overlap
-- doc: An approved credit that starts before an earlier one of the same person and day has ended, with the minutes that
-- doc: they share.
WITH seen AS (
  SELECT c.statement_id AS statement_id, c.person AS person, c.day AS day, c.start_minute AS start_minute,
         c.end_minute AS end_minute,
         MAX(c.end_minute) OVER (PARTITION BY c.person, c.day ORDER BY c.start_minute, c.statement_id
                                 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
  FROM credit c
  JOIN parameter p ON p.year = c.year
  WHERE c.review = 'Disetujui'
)
SELECT person, day, statement_id,
       CASE WHEN end_minute < busy_until THEN end_minute - start_minute ELSE busy_until - start_minute END AS minutes
FROM seen
WHERE busy_until > start_minute AND end_minute > start_minute
ORDER BY 3
