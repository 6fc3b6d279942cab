-- name: anomaly_two_places
-- doc: An approved credit of a form that needs its people in the room, begun while an earlier one (other_id) was not over,
-- doc: one of both lasting more than a day, amount is the minutes from its start to the end of the earlier one.
WITH present AS (
  SELECT c.statement_id AS statement_id, c.person AS person, c.day AS day, c.start_minute AS start_minute,
         c.end_minute AS end_minute,
         MAX(c.end_minute) OVER (PARTITION BY c.person ORDER BY c.start_minute, c.statement_id
                                 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
  FROM credit c
  JOIN parameter p ON p.year = c.year
  WHERE c.review = 'Disetujui'
    AND EXISTS (SELECT r.form FROM form_rule r
                WHERE r.form = c.form AND r.valid_from <= c.day AND c.day <= r.valid_to AND r.jalur = 'klasikal')
),
busy AS (
  SELECT DISTINCT k.person AS person FROM present k WHERE k.busy_until > k.start_minute
),
stretched AS (
  SELECT k.*, CASE WHEN k.busy_until IS NULL OR k.end_minute > k.busy_until THEN 1 ELSE 0 END AS lasts_longest,
         CAST(SUM(CASE WHEN k.busy_until IS NULL OR k.end_minute > k.busy_until THEN 1 ELSE 0 END)
              OVER (PARTITION BY k.person ORDER BY k.start_minute, k.statement_id
                    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS stretch
  FROM present k
  WHERE k.person IN (SELECT b.person FROM busy b)
),
held AS (
  SELECT s.*, MIN(CASE WHEN s.lasts_longest = 1 THEN s.statement_id END)
                OVER (PARTITION BY s.person, s.stretch) AS holder,
         MIN(CASE WHEN s.lasts_longest = 1 THEN s.start_minute END)
           OVER (PARTITION BY s.person, s.stretch) AS holder_start
  FROM stretched s
),
beside AS (
  SELECT h.*, LAG(h.holder) OVER (PARTITION BY h.person ORDER BY h.start_minute, h.statement_id) AS other_id,
         LAG(h.holder_start) OVER (PARTITION BY h.person ORDER BY h.start_minute, h.statement_id) AS other_start
  FROM held h
)
SELECT person, statement_id, day, other_id, busy_until - start_minute AS amount, CAST(NULL AS BIGINT) AS bound,
       CAST(NULL AS VARCHAR(200)) AS mark
FROM beside
WHERE busy_until > start_minute AND (end_minute - start_minute >= 1440 OR busy_until - other_start >= 1440)
ORDER BY 2
