-- name: anomaly_pace
-- doc: An approved credit with a recorded duration (amount, minutes) of less than a quarter of its module's median (bound,
-- doc: the lower one). Only modules with ten or more such credits in the year are judged.
WITH timed AS (
  SELECT c.person AS person, c.statement_id AS statement_id, c.day AS day, c.activity AS activity,
         c.end_minute - c.start_minute AS minutes
  FROM credit c
  JOIN parameter p ON p.year = c.year
  WHERE c.review = 'Disetujui' AND c.days = 1 AND c.end_minute > c.start_minute
),
spread AS (
  SELECT t.activity AS activity, t.minutes AS minutes, COUNT(*) AS credits
  FROM timed t
  GROUP BY t.activity, t.minutes
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
SELECT t.person AS person, t.statement_id AS statement_id, t.day AS day, CAST(NULL AS VARCHAR(36)) AS other_id,
       t.minutes AS amount, m.median AS bound, CAST(NULL AS VARCHAR(200)) AS mark
FROM timed t
JOIN middle m ON m.activity = t.activity
WHERE t.minutes * 4 < m.median
ORDER BY 2
