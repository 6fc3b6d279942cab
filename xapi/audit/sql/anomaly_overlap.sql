-- name: anomaly_overlap
-- doc: An approved credit of a single day that starts before an earlier one of the same person (other_id: the one that
-- doc: lasts longest) has ended, with the minutes that they share (amount).
WITH lasting AS (
  SELECT c.statement_id AS statement_id, c.person AS person, c.day AS day, c.start_minute AS start_minute,
         c.end_minute AS end_minute,
         MAX(c.end_minute) OVER (PARTITION BY c.person ORDER BY c.start_minute, c.statement_id
                                 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
  FROM credit c
  JOIN parameter p ON p.year = c.year
  WHERE c.review = 'Disetujui' AND c.days = 1 AND c.end_minute > c.start_minute
    AND c.end_minute - c.start_minute <= 1440
),
busy AS (
  SELECT DISTINCT l.person AS person FROM lasting l WHERE l.busy_until > l.start_minute
),
stretched AS (
  SELECT l.*, CASE WHEN l.busy_until IS NULL OR l.end_minute > l.busy_until THEN 1 ELSE 0 END AS lasts_longest,
         CAST(SUM(CASE WHEN l.busy_until IS NULL OR l.end_minute > l.busy_until THEN 1 ELSE 0 END)
              OVER (PARTITION BY l.person ORDER BY l.start_minute, l.statement_id
                    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS stretch
  FROM lasting l
  WHERE l.person IN (SELECT b.person FROM busy b)
),
held AS (
  SELECT s.*, MIN(CASE WHEN s.lasts_longest = 1 THEN s.statement_id END)
                OVER (PARTITION BY s.person, s.stretch) AS holder
  FROM stretched s
),
beside AS (
  SELECT h.*, LAG(h.holder) OVER (PARTITION BY h.person ORDER BY h.start_minute, h.statement_id) AS other_id
  FROM held h
)
SELECT person, statement_id, day, other_id,
       CASE WHEN end_minute < busy_until THEN end_minute - start_minute ELSE busy_until - start_minute END AS amount,
       CAST(NULL AS BIGINT) AS bound, CAST(NULL AS VARCHAR(200)) AS mark
FROM beside
WHERE busy_until > start_minute
ORDER BY 2
