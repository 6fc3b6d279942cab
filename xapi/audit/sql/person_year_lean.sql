-- name: person_year_lean
-- doc: The same rows as person_year, by sums instead of the trail of accepted, for very many people. Duplicates are found
-- doc: by groups of more than one, and only in those is anything put in order. A day whose credits have one cap is the
-- doc: smaller of its sum and the cap, only days of several caps are walked through.
WITH worth AS (
  SELECT c.statement_id AS statement_id, c.person AS person, c.activity AS activity, c.day AS day, c.month AS month,
         c.year AS year, c.start_minute AS start_minute, c.certificate AS certificate, c.raw_jp AS raw_jp,
         c.lms_match AS lms_match, c.review AS review,
         CASE WHEN c.review = 'Disetujui' AND c.held = 0 THEN 1 ELSE 0 END AS counts,
         CASE WHEN c.international = 1 THEN
                CASE WHEN r.international_jp IS NULL THEN
                       c.raw_jp + CAST((c.raw_jp * r.international_percent + r.round_add
                                        - (c.raw_jp * r.international_percent + r.round_add) % 100) / 100 AS BIGINT)
                     WHEN r.international_per_day = 1 THEN r.international_jp * c.days
                     ELSE r.international_jp END
              WHEN r.national_jp IS NULL THEN c.raw_jp
              WHEN r.national_per_day = 1 THEN r.national_jp * c.days
              ELSE r.national_jp END AS converted,
         CASE WHEN c.international = 1 THEN r.day_cap_international * c.cap_days
              ELSE r.day_cap * c.cap_days END AS day_cap,
         r.day_cap_group AS day_cap_group,
         CASE WHEN r.day_cap_scope = 'activity' THEN c.activity ELSE '' END AS day_cap_of,
         r.month_cap AS month_cap, r.month_cap_group AS month_cap_group,
         CASE WHEN r.month_cap_scope = 'activity' THEN c.activity ELSE '' END AS month_cap_of
  FROM credit c
  JOIN form_rule r ON r.form = c.form AND r.valid_from <= c.day AND c.day <= r.valid_to
),
same_activity AS (
  SELECT p.person AS person, p.activity AS activity, p.year AS year
  FROM worth p
  WHERE p.counts = 1
  GROUP BY p.person, p.activity, p.year
  HAVING COUNT(*) > 1
),
again AS (
  SELECT n.statement_id AS statement_id
  FROM (SELECT p.statement_id AS statement_id,
               ROW_NUMBER() OVER (PARTITION BY p.person, p.activity, p.year ORDER BY p.day, p.statement_id) AS nth
        FROM worth p
        JOIN same_activity s ON s.person = p.person AND s.activity = p.activity AND s.year = p.year
        WHERE p.counts = 1) n
  WHERE n.nth > 1
),
once AS (
  SELECT p.*
  FROM worth p
  LEFT JOIN again g ON g.statement_id = p.statement_id
  WHERE p.counts = 1 AND g.statement_id IS NULL
),
same_certificate AS (
  SELECT o.person AS person, o.certificate AS certificate, o.year AS year
  FROM once o
  WHERE o.certificate IS NOT NULL
  GROUP BY o.person, o.certificate, o.year
  HAVING COUNT(*) > 1
),
certified_again AS (
  SELECT n.statement_id AS statement_id
  FROM (SELECT o.statement_id AS statement_id,
               ROW_NUMBER() OVER (PARTITION BY o.person, o.certificate, o.year ORDER BY o.day, o.statement_id) AS nth
        FROM once o
        JOIN same_certificate s ON s.person = o.person AND s.certificate = o.certificate AND s.year = o.year) n
  WHERE n.nth > 1
),
single AS (
  SELECT o.*
  FROM once o
  LEFT JOIN certified_again g ON g.statement_id = o.statement_id
  WHERE g.statement_id IS NULL
),
past_month AS (
  SELECT n.statement_id AS statement_id
  FROM (SELECT s.statement_id AS statement_id, s.month_cap AS month_cap,
               ROW_NUMBER() OVER (PARTITION BY s.person, s.month_cap_group, s.month_cap_of, s.month
                                  ORDER BY s.day, s.start_minute, s.statement_id) AS nth
        FROM single s
        WHERE s.month_cap IS NOT NULL) n
  WHERE n.nth > n.month_cap
),
goes_on AS (
  SELECT s.*
  FROM single s
  LEFT JOIN past_month g ON g.statement_id = s.statement_id
  WHERE g.statement_id IS NULL
),
capped_day AS (
  SELECT g.person AS person, g.year AS year, g.day_cap_group AS day_cap_group, g.day_cap_of AS day_cap_of, g.day AS day,
         CAST(SUM(g.converted) AS BIGINT) AS converted, MIN(g.day_cap) AS day_cap,
         CASE WHEN MIN(g.day_cap) = MAX(g.day_cap) THEN 1 ELSE 0 END AS one_cap
  FROM goes_on g
  WHERE g.day_cap IS NOT NULL
  GROUP BY g.person, g.year, g.day_cap_group, g.day_cap_of, g.day
),
walked AS (
  SELECT g.person AS person, g.year AS year, g.converted AS converted, g.day_cap AS day_cap,
         CAST(SUM(g.converted) OVER (PARTITION BY g.person, g.day_cap_group, g.day_cap_of, g.day
                                     ORDER BY g.start_minute, g.statement_id
                                     ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS jp_of_day
  FROM goes_on g
  JOIN capped_day d ON d.person = g.person AND d.day_cap_group = g.day_cap_group AND d.day_cap_of = g.day_cap_of
                   AND d.day = g.day AND d.one_cap = 0
  WHERE g.day_cap IS NOT NULL
),
part AS (
  SELECT g.person AS person, g.year AS year, g.converted AS capped FROM goes_on g WHERE g.day_cap IS NULL
  UNION ALL
  SELECT d.person AS person, d.year AS year,
         CASE WHEN d.converted > d.day_cap THEN d.day_cap ELSE d.converted END AS capped
  FROM capped_day d
  WHERE d.one_cap = 1
  UNION ALL
  SELECT w.person AS person, w.year AS year,
         CASE WHEN w.jp_of_day <= w.day_cap THEN w.converted
              WHEN w.jp_of_day - w.converted >= w.day_cap THEN 0
              ELSE w.day_cap - (w.jp_of_day - w.converted) END AS capped
  FROM walked w
),
kept AS (
  SELECT k.person AS person, k.year AS year, CAST(SUM(k.capped) AS BIGINT) AS capped
  FROM part k
  GROUP BY k.person, k.year
),
lms_record AS (
  SELECT DISTINCT c.person AS person, c.activity AS activity, c.year AS year
  FROM credit c
  WHERE c.source = 'lms_record' AND c.review = 'Disetujui'
),
waiting AS (
  SELECT p.person AS person, p.year AS year,
         CAST(SUM(CASE WHEN p.lms_match = 1 AND m.person IS NOT NULL THEN 0 ELSE p.converted END) AS BIGINT) AS pending
  FROM worth p
  LEFT JOIN lms_record m ON m.person = p.person AND m.activity = p.activity AND m.year = p.year
  WHERE p.counts = 0 AND p.review <> 'Ditolak'
  GROUP BY p.person, p.year
),
every AS (
  SELECT p.person AS person, p.year AS year, COUNT(*) AS credits, CAST(SUM(p.raw_jp) AS BIGINT) AS raw_jp,
         CAST(SUM(p.converted) AS BIGINT) AS converted
  FROM worth p
  GROUP BY p.person, p.year
),
reached AS (
  SELECT e.person AS person, e.year AS year, e.opd AS opd, e.status AS status, COALESCE(t.credits, 0) AS credits,
         COALESCE(t.raw_jp, 0) AS raw_jp, COALESCE(t.converted, 0) AS converted, COALESCE(k.capped, 0) AS capped,
         CASE WHEN k.capped > g.maximum THEN g.maximum ELSE COALESCE(k.capped, 0) END AS accepted,
         COALESCE(w.pending, 0) AS pending, g.minimum AS minimum, g.maximum AS maximum
  FROM employee e
  JOIN target_rule g ON g.status = e.status AND g.year = e.year
  LEFT JOIN every t ON t.person = e.person AND t.year = e.year
  LEFT JOIN kept k ON k.person = e.person AND k.year = e.year
  LEFT JOIN waiting w ON w.person = e.person AND w.year = e.year
)
SELECT person, year, opd, status, credits, raw_jp, converted, capped, accepted, pending, minimum, maximum,
       CASE WHEN accepted >= minimum THEN 1 ELSE 0 END AS met
FROM reached
