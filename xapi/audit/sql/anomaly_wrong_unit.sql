-- name: anomaly_wrong_unit
-- doc: A credit that is not rejected and declares another JP (amount) than it should (bound), in hundredths, by mark: 'fixed'
-- doc: for a form that pays a fixed value, 'minutes' where each minute was written as one JP, 'hundredth' where whole JP were
-- doc: written as hundredths.
WITH declared AS (
  SELECT c.person AS person, c.statement_id AS statement_id, c.day AS day, c.raw_jp AS raw_jp, c.days AS days,
         c.end_minute - c.start_minute AS minutes, p.minutes_per_jp AS minutes_per_jp,
         CASE WHEN c.international = 1 THEN
                CASE WHEN r.international_per_day = 1 THEN r.international_jp * c.days ELSE r.international_jp END
              WHEN r.national_per_day = 1 THEN r.national_jp * c.days
              ELSE r.national_jp END AS fixed_jp
  FROM credit c
  JOIN parameter p ON p.year = c.year
  JOIN form_rule r ON r.form = c.form AND r.valid_from <= c.day AND c.day <= r.valid_to
  WHERE c.review <> 'Ditolak'
),
judged AS (
  SELECT d.*,
         CASE WHEN d.fixed_jp IS NOT NULL THEN CASE WHEN d.raw_jp <> d.fixed_jp THEN 'fixed' END
              WHEN d.days = 1 AND d.minutes > 0 AND d.minutes_per_jp > 1 AND d.raw_jp = d.minutes * 100 THEN 'minutes'
              WHEN d.raw_jp > 0 AND d.raw_jp < 10 THEN 'hundredth' END AS mark
  FROM declared d
)
SELECT j.person AS person, j.statement_id AS statement_id, j.day AS day, CAST(NULL AS VARCHAR(36)) AS other_id,
       j.raw_jp AS amount,
       CASE WHEN j.mark = 'fixed' THEN j.fixed_jp
            WHEN j.mark = 'minutes' THEN CAST((j.raw_jp - j.raw_jp % j.minutes_per_jp) / j.minutes_per_jp AS BIGINT)
            ELSE j.raw_jp * 100 END AS bound,
       j.mark AS mark
FROM judged j
WHERE j.mark IS NOT NULL
ORDER BY 2
