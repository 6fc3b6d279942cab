-- name: anomaly_pace
-- doc: An approved credit with a recorded duration (amount, minutes) of less than a quarter of its module's median (bound,
-- doc: the lower one). Only modules with ten or more such credits in the year are judged.
WITH spread AS (
  SELECT c.activity AS activity, c.end_minute - c.start_minute AS minutes, COUNT(*) AS credits
  FROM credit c
  JOIN parameter p ON p.year = c.year
  WHERE c.review = 'Disetujui' AND c.days = 1 AND c.end_minute > c.start_minute
  GROUP BY c.activity, c.end_minute - c.start_minute
),
summed AS (
  SELECT s.activity AS activity, s.minutes AS minutes,
         CAST(SUM(s.credits) OVER (PARTITION BY s.activity ORDER BY s.minutes
                                   ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS up_to,
         CAST(SUM(s.credits) OVER (PARTITION BY s.activity) AS BIGINT) AS in_all
  FROM spread s
),
middle AS (
  SELECT u.activity AS activity, MIN(u.minutes) AS median
  FROM summed u
  WHERE u.in_all >= 10 AND u.up_to * 2 >= u.in_all
  GROUP BY u.activity
)
SELECT c.person AS person, c.statement_id AS statement_id, c.day AS day, CAST(NULL AS VARCHAR(36)) AS other_id,
       c.end_minute - c.start_minute AS amount, m.median AS bound, CAST(NULL AS VARCHAR(200)) AS mark
FROM credit c
JOIN parameter p ON p.year = c.year
JOIN middle m ON m.activity = c.activity
WHERE c.review = 'Disetujui' AND c.days = 1 AND c.end_minute > c.start_minute
  AND (c.end_minute - c.start_minute) * 4 < m.median
ORDER BY 2
