-- name: anomaly_overlap
-- doc: An approved credit of a single day that starts before an earlier one of the same person (other_id: the one that
-- doc: lasts longest) has ended, with the minutes that they share (amount).
-- doc: Two that meet share a slot, a day from 18 to 18 o'clock UTC, when few in Indonesia learn: the later one starts in it,
-- doc: the earlier one starts or ends in it. Only credits in slots of several are put in order.
WITH brief AS (
  SELECT c.statement_id AS statement_id, c.person AS person, c.day AS day, c.start_minute AS start_minute,
         c.end_minute AS end_minute, c.start_minute + 360 - (c.start_minute + 360) % 1440 AS slot
  FROM credit c
  JOIN parameter p ON p.year = c.year
  WHERE c.review = 'Disetujui' AND c.days = 1 AND c.end_minute > c.start_minute
    AND c.end_minute - c.start_minute <= 1440
),
full_slot AS (
  SELECT b.person AS person, b.slot AS slot, MAX(b.end_minute) AS until
  FROM brief b
  GROUP BY b.person, b.slot
  HAVING COUNT(*) > 1 OR MAX(b.end_minute) + 360 > b.slot + 1440
),
held_slot AS (
  SELECT f.person AS person, f.slot AS slot FROM full_slot f
  UNION ALL
  SELECT f.person AS person, f.slot + 1440 AS slot FROM full_slot f WHERE f.until + 360 > f.slot + 1440
),
lasting AS (
  SELECT b.statement_id AS statement_id, b.person AS person, b.day AS day, b.start_minute AS start_minute,
         b.end_minute AS end_minute,
         MAX(b.end_minute) OVER (PARTITION BY b.person ORDER BY b.start_minute, b.statement_id
                                 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
  FROM brief b
  WHERE (b.person, b.slot) IN (SELECT h.person, h.slot FROM held_slot h)
),
stretched AS (
  SELECT l.*, CASE WHEN l.busy_until IS NULL OR l.end_minute > l.busy_until THEN 1 ELSE 0 END AS lasts_longest,
         CAST(SUM(CASE WHEN l.busy_until IS NULL OR l.end_minute > l.busy_until THEN 1 ELSE 0 END)
              OVER (PARTITION BY l.person ORDER BY l.start_minute, l.statement_id
                    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS stretch
  FROM lasting l
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
