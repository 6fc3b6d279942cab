-- name: anomaly_pace
-- doc: An approved credit with a recorded duration (amount, minutes) of less than a quarter of its module's median (bound,
-- doc: the lower one). Only modules with ten or more such credits in the year are judged.
-- doc: The median is first known to sixteen minutes (low), so that only what lies around it is put in order.
WITH spread AS (
  SELECT c.activity AS activity, (c.end_minute - c.start_minute) - (c.end_minute - c.start_minute) % 16 AS low,
         COUNT(*) AS credits
  FROM credit c
  JOIN parameter p ON p.year = c.year
  WHERE c.review = 'Disetujui' AND c.days = 1 AND c.end_minute > c.start_minute
  GROUP BY c.activity, (c.end_minute - c.start_minute) - (c.end_minute - c.start_minute) % 16
),
summed AS (
  SELECT s.activity AS activity, s.low AS low, s.credits AS credits,
         CAST(SUM(s.credits) OVER (PARTITION BY s.activity ORDER BY s.low
                                   ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS up_to,
         CAST(SUM(s.credits) OVER (PARTITION BY s.activity) AS BIGINT) AS in_all
  FROM spread s
),
around AS (
  SELECT u.activity AS activity, MIN(u.low) AS low, MIN(u.up_to - u.credits) AS below, MIN(u.in_all) AS in_all
  FROM summed u
  WHERE u.in_all >= 10 AND u.up_to * 2 >= u.in_all
  GROUP BY u.activity
),
chosen AS (
  SELECT c.activity AS activity, c.person AS person, c.statement_id AS statement_id, c.day AS day,
         c.end_minute - c.start_minute AS minutes, a.low AS low, a.below AS below, a.in_all AS in_all
  FROM credit c
  JOIN parameter p ON p.year = c.year
  JOIN around a ON a.activity = c.activity
  WHERE c.review = 'Disetujui' AND c.days = 1 AND c.end_minute > c.start_minute
    AND (c.end_minute - c.start_minute - a.low < 16 AND c.end_minute - c.start_minute >= a.low
         OR (c.end_minute - c.start_minute) * 4 < a.low + 16)
),
ranked AS (
  SELECT h.activity AS activity, h.minutes AS minutes, h.below AS below, h.in_all AS in_all,
         ROW_NUMBER() OVER (PARTITION BY h.activity ORDER BY h.minutes) AS nth
  FROM chosen h
  WHERE h.minutes - h.minutes % 16 = h.low
),
middle AS (
  SELECT r.activity AS activity, r.minutes AS median
  FROM ranked r
  WHERE (r.below + r.nth) * 2 >= r.in_all AND (r.below + r.nth - 1) * 2 < r.in_all
)
SELECT h.person AS person, h.statement_id AS statement_id, h.day AS day, CAST(NULL AS VARCHAR(36)) AS other_id,
       h.minutes AS amount, m.median AS bound, CAST(NULL AS VARCHAR(200)) AS mark
FROM chosen h
JOIN middle m ON m.activity = h.activity
WHERE h.minutes * 4 < m.median
ORDER BY 2
