-- name: accepted
-- doc: Every credit that stands, with its fate. JP in hundredths: raw_jp as declared, converted by the rule of the form,
-- doc: capped after duplicates and the day and month caps, accepted after the yearly maximum of the status.
-- doc: fate is 'counted', 'same activity', 'same certificate', 'month cap', 'day cap', 'year cap', 'not approved',
-- doc: 'held' (approved, but the pass waits for the evidence of the implementation and is pending until then) or
-- doc: 'matched' (waits for a review, but the LMS's own record of the same activity counts in its place).
-- doc: Only 'Disetujui' counts, and nothing that is held. Duplicates are found one after the other: first the same
-- doc: activity in a year, then the same certificate among what is left. A credit beyond the cap of its month uses up
-- doc: nothing of a day's. A day cap is for the days that a credit declares (cap_days).
WITH priced AS (
  SELECT c.statement_id AS statement_id, c.person AS person, c.activity AS activity, c.form AS form, c.day AS day,
         c.month AS month, c.quarter AS quarter, c.year AS year, c.start_minute AS start_minute,
         c.certificate AS certificate, c.review AS review, c.held AS held, c.lms_match AS lms_match,
         c.raw_jp AS raw_jp,
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
approved AS (
  SELECT p.*,
         ROW_NUMBER() OVER (PARTITION BY p.person, p.activity, p.year ORDER BY p.day, p.statement_id) AS nth_of_activity
  FROM priced p
  WHERE p.review = 'Disetujui' AND p.held = 0
),
once AS (
  SELECT a.*,
         CASE WHEN a.nth_of_activity > 1 THEN 0
              WHEN a.certificate IS NULL THEN 1
              ELSE ROW_NUMBER() OVER (PARTITION BY a.person, a.certificate, a.year,
                                                   CASE WHEN a.nth_of_activity = 1 THEN 1 ELSE 0 END
                                      ORDER BY a.day, a.statement_id) END AS nth_of_certificate
  FROM approved a
),
counted_in_month AS (
  SELECT o.*,
         CAST(SUM(CASE WHEN o.nth_of_certificate = 1 THEN 1 ELSE 0 END)
              OVER (PARTITION BY o.person, o.month_cap_group, o.month_cap_of, o.month
                    ORDER BY o.day, o.start_minute, o.statement_id
                    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS nth_of_month
  FROM once o
),
after_month AS (
  SELECT u.*,
         CASE WHEN u.nth_of_certificate <> 1 OR u.nth_of_month > u.month_cap THEN 0 ELSE 1 END AS goes_on
  FROM counted_in_month u
),
running AS (
  SELECT g.*,
         CAST(SUM(CASE WHEN g.goes_on = 1 THEN g.converted ELSE 0 END)
              OVER (PARTITION BY g.person, g.day_cap_group, g.day_cap_of, g.day
                    ORDER BY g.start_minute, g.statement_id
                    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS jp_of_day
  FROM after_month g
),
after_caps AS (
  SELECT n.*,
         CASE WHEN n.goes_on = 0 THEN 0
              WHEN n.day_cap IS NULL OR n.jp_of_day <= n.day_cap THEN n.converted
              WHEN n.jp_of_day - n.converted >= n.day_cap THEN 0
              ELSE n.day_cap - (n.jp_of_day - n.converted) END AS capped
  FROM running n
),
in_year AS (
  SELECT k.*, t.maximum AS maximum,
         CAST(SUM(k.capped) OVER (PARTITION BY k.person, k.year ORDER BY k.day, k.start_minute, k.statement_id
                                  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS jp_of_year
  FROM after_caps k
  LEFT JOIN employee e ON e.person = k.person AND e.year = k.year
  LEFT JOIN target_rule t ON t.status = e.status AND t.year = e.year
),
lms_record AS (
  SELECT DISTINCT c.person AS person, c.activity AS activity, c.year AS year
  FROM credit c
  WHERE c.source = 'lms_record' AND c.review = 'Disetujui'
)
SELECT statement_id, person, year, quarter, day, form, review, raw_jp, converted, capped,
       CASE WHEN maximum IS NULL OR jp_of_year <= maximum THEN capped
            WHEN jp_of_year - capped >= maximum THEN 0
            ELSE maximum - (jp_of_year - capped) END AS accepted,
       0 AS pending,
       CASE WHEN nth_of_activity > 1 THEN 'same activity'
            WHEN nth_of_certificate > 1 THEN 'same certificate'
            WHEN nth_of_month > month_cap THEN 'month cap'
            WHEN capped < converted THEN 'day cap'
            WHEN jp_of_year > maximum AND capped > 0 THEN 'year cap'
            ELSE 'counted' END AS fate
FROM in_year
UNION ALL
SELECT p.statement_id, p.person, p.year, p.quarter, p.day, p.form, p.review, p.raw_jp, p.converted, 0 AS capped,
       0 AS accepted,
       CASE WHEN p.review = 'Ditolak' OR (p.lms_match = 1 AND m.person IS NOT NULL) THEN 0
            ELSE p.converted END AS pending,
       CASE WHEN p.review <> 'Ditolak' AND p.lms_match = 1 AND m.person IS NOT NULL THEN 'matched'
            WHEN p.review = 'Disetujui' THEN 'held'
            ELSE 'not approved' END AS fate
FROM priced p
LEFT JOIN lms_record m ON m.person = p.person AND m.activity = p.activity AND m.year = p.year
WHERE p.review <> 'Disetujui' OR p.held = 1
