-- name: accepted
-- doc: Every credit that stands, with its fate. JP in hundredths: raw_jp as declared, converted by the rule of the form,
-- doc: capped after duplicates and the day and month caps, accepted after the yearly maximum of the status.
-- doc: fate is 'counted', 'same activity', 'same certificate', 'month cap', 'day cap', 'year cap', 'not approved',
-- doc: 'held' (approved, but the pass waits for the evidence of the implementation and is pending until then) or
-- doc: 'matched' (waits for a review, but the LMS's own record of the same activity counts in its place).
-- doc: Only 'Disetujui' counts, and nothing that is held. Each rule is a list of the credits that it takes from: first the
-- doc: same activity in a year, then among what is left the same certificate in a year, the cap of the month, the cap of
-- doc: the day, the maximum of the year. A credit beyond the cap of its month uses up nothing of a day's. A day cap is for
-- doc: the days that a credit declares (cap_days).
WITH priced AS (
  SELECT c.statement_id AS statement_id, c.person AS person, c.activity AS activity, c.form AS form, c.day AS day,
         c.year AS year, c.quarter AS quarter, c.start_minute AS start_minute, c.certificate AS certificate,
         c.review AS review, c.raw_jp AS raw_jp,
         CASE WHEN c.review = 'Disetujui' AND c.held = 0 THEN 1 ELSE 0 END AS approved, c.lms_match AS lms_match,
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
         r.day_cap_group AS day_cap_group, r.day_cap_scope AS day_cap_scope,
         r.month_cap AS month_cap, r.month_cap_group AS month_cap_group, r.month_cap_scope AS month_cap_scope
  FROM credit c
  JOIN form_rule r ON r.form = c.form AND r.valid_from <= c.day AND c.day <= r.valid_to
),
same_activity AS (
  SELECT s.statement_id AS statement_id
  FROM (SELECT p.statement_id AS statement_id,
               ROW_NUMBER() OVER (PARTITION BY p.person, p.activity, p.year ORDER BY p.day, p.statement_id) AS nth
        FROM priced p
        WHERE p.approved = 1) s
  WHERE s.nth > 1
),
same_certificate AS (
  SELECT s.statement_id AS statement_id
  FROM (SELECT p.statement_id AS statement_id,
               ROW_NUMBER() OVER (PARTITION BY p.person, p.certificate, p.year ORDER BY p.day, p.statement_id) AS nth
        FROM priced p
        LEFT JOIN same_activity a ON a.statement_id = p.statement_id
        WHERE p.approved = 1 AND p.certificate IS NOT NULL AND a.statement_id IS NULL) s
  WHERE s.nth > 1
),
past_month AS (
  SELECT s.statement_id AS statement_id
  FROM (SELECT p.statement_id AS statement_id, p.month_cap AS month_cap,
               ROW_NUMBER() OVER (PARTITION BY p.person, p.month_cap_group,
                                               CASE WHEN p.month_cap_scope = 'activity' THEN p.activity ELSE '' END,
                                               p.day - p.day % 100
                                  ORDER BY p.day, p.start_minute, p.statement_id) AS nth
        FROM priced p
        LEFT JOIN same_activity a ON a.statement_id = p.statement_id
        LEFT JOIN same_certificate t ON t.statement_id = p.statement_id
        WHERE p.approved = 1 AND p.month_cap IS NOT NULL AND a.statement_id IS NULL AND t.statement_id IS NULL) s
  WHERE s.nth > s.month_cap
),
past_day AS (
  SELECT s.statement_id AS statement_id,
         CASE WHEN s.jp_of_day - s.converted >= s.day_cap THEN 0
              ELSE s.day_cap - (s.jp_of_day - s.converted) END AS capped
  FROM (SELECT p.statement_id AS statement_id, p.converted AS converted, p.day_cap AS day_cap,
               CAST(SUM(p.converted)
                    OVER (PARTITION BY p.person, p.day_cap_group,
                                       CASE WHEN p.day_cap_scope = 'activity' THEN p.activity ELSE '' END, p.day
                          ORDER BY p.start_minute, p.statement_id
                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS jp_of_day
        FROM priced p
        LEFT JOIN same_activity a ON a.statement_id = p.statement_id
        LEFT JOIN same_certificate t ON t.statement_id = p.statement_id
        LEFT JOIN past_month m ON m.statement_id = p.statement_id
        WHERE p.approved = 1 AND p.day_cap IS NOT NULL AND a.statement_id IS NULL AND t.statement_id IS NULL
          AND m.statement_id IS NULL) s
  WHERE s.jp_of_day > s.day_cap
),
past_year AS (
  SELECT s.statement_id AS statement_id,
         CASE WHEN s.jp_of_year - s.capped >= s.maximum THEN 0
              ELSE s.maximum - (s.jp_of_year - s.capped) END AS accepted
  FROM (SELECT p.statement_id AS statement_id, g.maximum AS maximum, COALESCE(d.capped, p.converted) AS capped,
               CAST(SUM(COALESCE(d.capped, p.converted))
                    OVER (PARTITION BY p.person, p.year ORDER BY p.day, p.start_minute, p.statement_id
                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS jp_of_year
        FROM priced p
        LEFT JOIN employee e ON e.person = p.person AND e.year = p.year
        LEFT JOIN target_rule g ON g.status = e.status AND g.year = e.year
        LEFT JOIN same_activity a ON a.statement_id = p.statement_id
        LEFT JOIN same_certificate t ON t.statement_id = p.statement_id
        LEFT JOIN past_month m ON m.statement_id = p.statement_id
        LEFT JOIN past_day d ON d.statement_id = p.statement_id
        WHERE p.approved = 1 AND COALESCE(g.maximum, -1) >= 0 AND a.statement_id IS NULL AND t.statement_id IS NULL
          AND m.statement_id IS NULL) s
  WHERE s.jp_of_year > s.maximum
),
matched AS (
  SELECT p.statement_id AS statement_id
  FROM priced p
  WHERE p.approved = 0 AND p.lms_match = 1 AND p.review <> 'Ditolak'
    AND (p.person, p.activity, p.year) IN (SELECT c.person, c.activity, c.year FROM credit c
                                           WHERE c.source = 'lms_record' AND c.review = 'Disetujui')
),
ended AS (
  SELECT p.statement_id AS statement_id, p.person AS person, p.year AS year, p.quarter AS quarter, p.day AS day,
         p.form AS form, p.review AS review, p.raw_jp AS raw_jp, p.converted AS converted, p.approved AS approved,
         y.accepted AS within_year,
         CASE WHEN p.approved = 0 OR a.statement_id IS NOT NULL OR t.statement_id IS NOT NULL
                   OR m.statement_id IS NOT NULL THEN 0
              ELSE COALESCE(d.capped, p.converted) END AS capped,
         CASE WHEN l.statement_id IS NOT NULL THEN 'matched'
              WHEN p.approved = 0 AND p.review = 'Disetujui' THEN 'held'
              WHEN p.approved = 0 THEN 'not approved'
              WHEN a.statement_id IS NOT NULL THEN 'same activity'
              WHEN t.statement_id IS NOT NULL THEN 'same certificate'
              WHEN m.statement_id IS NOT NULL THEN 'month cap'
              WHEN d.statement_id IS NOT NULL THEN 'day cap'
              WHEN y.statement_id IS NOT NULL THEN 'year cap'
              ELSE 'counted' END AS fate
  FROM priced p
  LEFT JOIN same_activity a ON a.statement_id = p.statement_id
  LEFT JOIN same_certificate t ON t.statement_id = p.statement_id
  LEFT JOIN past_month m ON m.statement_id = p.statement_id
  LEFT JOIN past_day d ON d.statement_id = p.statement_id
  LEFT JOIN past_year y ON y.statement_id = p.statement_id
  LEFT JOIN matched l ON l.statement_id = p.statement_id
)
SELECT statement_id, person, year, quarter, day, form, review, raw_jp, converted, capped,
       COALESCE(within_year, capped) AS accepted,
       CASE WHEN approved = 1 OR fate = 'matched' OR review = 'Ditolak' THEN 0 ELSE converted END AS pending, fate
FROM ended
