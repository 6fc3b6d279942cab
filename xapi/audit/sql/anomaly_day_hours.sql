-- name: anomaly_day_hours
-- doc: A credit that is not rejected, of a form counted by the hour, on a day (or days) for which more JP are claimed (amount)
-- doc: than it has hours (bound), both in hundredths: of one day all credits together, of several days one credit alone.
WITH claim AS (
  SELECT c.person AS person, c.statement_id AS statement_id, c.day AS day, c.days AS days, c.raw_jp AS raw_jp,
         CAST((144000 - 144000 % p.minutes_per_jp) / p.minutes_per_jp AS BIGINT) AS of_a_day
  FROM credit c
  JOIN parameter p ON p.year = c.year
  JOIN form_rule r ON r.form = c.form AND r.valid_from <= c.day AND c.day <= r.valid_to
  WHERE r.national_jp IS NULL AND c.review <> 'Ditolak'
),
full_day AS (
  SELECT k.person AS person, k.day AS day, CAST(SUM(k.raw_jp) AS BIGINT) AS claimed
  FROM claim k
  WHERE k.days = 1
  GROUP BY k.person, k.day, k.of_a_day
  HAVING CAST(SUM(k.raw_jp) AS BIGINT) > k.of_a_day
)
SELECT k.person AS person, k.statement_id AS statement_id, k.day AS day, CAST(NULL AS VARCHAR(36)) AS other_id,
       f.claimed AS amount, k.of_a_day AS bound, CAST(NULL AS VARCHAR(200)) AS mark
FROM claim k
JOIN full_day f ON f.person = k.person AND f.day = k.day
WHERE k.days = 1
UNION ALL
SELECT k.person AS person, k.statement_id AS statement_id, k.day AS day, CAST(NULL AS VARCHAR(36)) AS other_id,
       k.raw_jp AS amount, k.of_a_day * k.days AS bound, CAST(NULL AS VARCHAR(200)) AS mark
FROM claim k
WHERE k.days > 1 AND k.raw_jp > k.of_a_day * k.days
ORDER BY 2
