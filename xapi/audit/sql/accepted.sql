-- name: accepted
-- doc: Every credit that stands, with its fate. JP in hundredths: raw_jp as declared, converted by the rule of the form,
-- doc: capped after duplicates and the day and month caps, accepted after the yearly maximum of the status.
-- doc: fate is 'counted', 'same activity', 'same certificate', 'month cap', 'day cap', 'year cap', 'not approved',
-- doc: 'held' (approved, but the pass waits for the evidence of the implementation and is pending until then) or
-- doc: 'matched' (waits for a review, but the LMS's own record of the same activity counts in its place).
-- doc: Only 'Disetujui' counts, and nothing that is held. Each rule is a list of the credits that it takes from: first the
-- doc: same activity in a year, then among what is left the same certificate in a year, the cap of the month, the cap of
-- doc: the day, the maximum of the year. A credit beyond the cap of its month uses up nothing of a day's. A day cap is for
-- doc: the days that a credit declares (cap_days). Only a person-year with fewer activities than credits (crowded) can hold
-- doc: the same activity again, and as JP are never negative, a day cap can only be passed on a day whose sum is above the
-- doc: smallest cap (full_day). Windows and groups begin with year and person, the order in which an engine may keep what
-- doc: it reads here.
WITH crowded AS (
  SELECT p.year AS year, p.person AS person
  FROM priced p
  GROUP BY p.year, p.person
  HAVING COUNT(*) > COUNT(DISTINCT p.activity)
),
same_activity AS (
  SELECT s.statement_id AS statement_id
  FROM (SELECT p.statement_id AS statement_id,
               ROW_NUMBER() OVER (PARTITION BY p.year, p.person, p.activity ORDER BY p.day, p.statement_id) AS nth
        FROM crowded w
        JOIN priced p ON p.year = w.year AND p.person = w.person
        WHERE p.approved = 1) s
  WHERE s.nth > 1
),
same_certificate AS (
  SELECT s.statement_id AS statement_id
  FROM (SELECT p.statement_id AS statement_id,
               ROW_NUMBER() OVER (PARTITION BY p.year, p.person, p.certificate ORDER BY p.day, p.statement_id) AS nth
        FROM priced p
        LEFT JOIN same_activity a ON a.statement_id = p.statement_id
        WHERE p.approved = 1 AND p.certificate IS NOT NULL AND a.statement_id IS NULL) s
  WHERE s.nth > 1
),
repeated AS (
  SELECT a.statement_id AS statement_id, 'same activity' AS fate FROM same_activity a
  UNION ALL
  SELECT t.statement_id AS statement_id, 'same certificate' AS fate FROM same_certificate t
),
past_month AS (
  SELECT s.statement_id AS statement_id
  FROM (SELECT p.statement_id AS statement_id, r.month_cap AS month_cap,
               ROW_NUMBER() OVER (PARTITION BY p.year, p.person, r.month_cap_group,
                                               CASE WHEN r.month_cap_scope = 'activity' THEN p.activity ELSE '' END,
                                               p.day - p.day % 100
                                  ORDER BY p.day, p.start_minute, p.statement_id) AS nth
        FROM priced p
        JOIN form_rule r ON r.form = p.form AND r.valid_from <= p.day AND p.day <= r.valid_to
        LEFT JOIN repeated o ON o.statement_id = p.statement_id
        WHERE p.approved = 1 AND r.month_cap IS NOT NULL AND o.statement_id IS NULL) s
  WHERE s.nth > s.month_cap
),
left_out AS (
  SELECT o.statement_id AS statement_id, o.fate AS fate FROM repeated o
  UNION ALL
  SELECT m.statement_id AS statement_id, 'month cap' AS fate FROM past_month m
),
full_day AS (
  SELECT p.year AS year, p.person AS person, p.day AS day
  FROM priced p
  WHERE p.approved = 1 AND p.day_cap IS NOT NULL
  GROUP BY p.year, p.person, p.day
  HAVING CAST(SUM(p.converted) AS BIGINT) > MIN(p.day_cap)
),
past_day AS (
  SELECT s.statement_id AS statement_id,
         CASE WHEN s.jp_of_day - s.converted >= s.day_cap THEN 0
              ELSE s.day_cap - (s.jp_of_day - s.converted) END AS capped
  FROM (SELECT p.statement_id AS statement_id, p.converted AS converted, p.day_cap AS day_cap,
               CAST(SUM(p.converted)
                    OVER (PARTITION BY p.year, p.person, p.day, r.day_cap_group,
                                       CASE WHEN r.day_cap_scope = 'activity' THEN p.activity ELSE '' END
                          ORDER BY p.start_minute, p.statement_id
                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS jp_of_day
        FROM full_day f
        JOIN priced p ON p.year = f.year AND p.person = f.person AND p.day = f.day
        JOIN form_rule r ON r.form = p.form AND r.valid_from <= p.day AND p.day <= r.valid_to
        LEFT JOIN left_out o ON o.statement_id = p.statement_id
        WHERE p.approved = 1 AND p.day_cap IS NOT NULL AND o.statement_id IS NULL) s
  WHERE s.jp_of_day > s.day_cap
),
past_year AS (
  SELECT s.statement_id AS statement_id,
         CASE WHEN s.jp_of_year - s.capped >= s.maximum THEN 0
              ELSE s.maximum - (s.jp_of_year - s.capped) END AS accepted
  FROM (SELECT p.statement_id AS statement_id, g.maximum AS maximum, COALESCE(d.capped, p.converted) AS capped,
               CAST(SUM(COALESCE(d.capped, p.converted))
                    OVER (PARTITION BY e.year, e.person ORDER BY p.day, p.start_minute, p.statement_id
                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS jp_of_year
        FROM employee e
        JOIN target_rule g ON g.status = e.status AND g.year = e.year
        JOIN priced p ON p.year = e.year AND p.person = e.person
        LEFT JOIN left_out o ON o.statement_id = p.statement_id
        LEFT JOIN past_day d ON d.statement_id = p.statement_id
        WHERE p.approved = 1 AND g.maximum >= 0 AND o.statement_id IS NULL) s
  WHERE s.jp_of_year > s.maximum
),
matched AS (
  SELECT p.statement_id AS statement_id
  FROM crowded w
  JOIN priced p ON p.year = w.year AND p.person = w.person
  WHERE p.approved = 0 AND p.lms_match = 1 AND p.review <> 'Ditolak'
    AND (p.year, p.person, p.activity) IN (SELECT l.year, l.person, l.activity
                                           FROM crowded w
                                           JOIN priced l ON l.year = w.year AND l.person = w.person
                                           WHERE l.lms_record = 1)
),
changed AS (
  SELECT o.statement_id AS statement_id, o.fate AS fate, 0 AS capped FROM left_out o
  UNION ALL
  SELECT d.statement_id AS statement_id, 'day cap' AS fate, d.capped AS capped FROM past_day d
  UNION ALL
  SELECT m.statement_id AS statement_id, 'matched' AS fate, 0 AS capped FROM matched m
),
ended AS (
  SELECT p.statement_id AS statement_id, p.person AS person, p.year AS year, p.quarter AS quarter, p.day AS day,
         p.form AS form, p.review AS review, p.raw_jp AS raw_jp, p.converted AS converted, p.approved AS approved,
         CASE WHEN p.approved = 0 THEN 0 ELSE COALESCE(x.capped, p.converted) END AS capped, y.accepted AS within_year,
         CASE WHEN x.statement_id IS NOT NULL THEN x.fate
              WHEN y.statement_id IS NOT NULL THEN 'year cap'
              WHEN p.approved = 1 THEN 'counted'
              WHEN p.review = 'Disetujui' THEN 'held'
              ELSE 'not approved' END AS fate
  FROM priced p
  LEFT JOIN changed x ON x.statement_id = p.statement_id
  LEFT JOIN past_year y ON y.statement_id = p.statement_id
)
SELECT statement_id, person, year, quarter, day, form, review, raw_jp, converted, capped,
       COALESCE(within_year, capped) AS accepted,
       CASE WHEN approved = 1 OR fate = 'matched' OR review = 'Ditolak' THEN 0 ELSE converted END AS pending, fate
FROM ended
