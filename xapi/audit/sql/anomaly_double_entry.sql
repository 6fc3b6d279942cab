-- name: anomaly_double_entry
-- doc: A credit from outside the LMS (sheet, package, other system) of a course that the LMS recorded for the same person and
-- doc: year as other_id: by mark the same 'activity', the same 'title', or on the same 'day' the same form with the same JP,
-- doc: more than three. Only rejected credits are left out.
WITH side AS (
  SELECT c.person AS person, c.statement_id AS statement_id, c.day AS day, c.activity AS activity,
         c.activity_title AS title, c.form AS form, c.raw_jp AS raw_jp,
         CASE WHEN c.source = 'launch' OR c.source = 'lms_record' THEN 1 ELSE 0 END AS of_lms
  FROM credit c
  JOIN parameter p ON p.year = c.year
  WHERE c.review <> 'Ditolak'
),
doubtful AS (
  SELECT s.person AS person FROM side s GROUP BY s.person HAVING MIN(s.of_lms) = 0 AND MAX(s.of_lms) = 1
),
keyed AS (
  SELECT s.person AS person, s.statement_id AS statement_id, s.day AS day, s.of_lms AS of_lms,
         'activity' AS mark, s.activity AS named, CAST(0 AS BIGINT) AS numbered
  FROM side s JOIN doubtful d ON d.person = s.person
  UNION ALL
  SELECT s.person AS person, s.statement_id AS statement_id, s.day AS day, s.of_lms AS of_lms,
         'title' AS mark, s.title AS named, CAST(0 AS BIGINT) AS numbered
  FROM side s JOIN doubtful d ON d.person = s.person
  WHERE s.title <> ''
  UNION ALL
  SELECT s.person AS person, s.statement_id AS statement_id, s.day AS day, s.of_lms AS of_lms,
         'day' AS mark, s.form AS named, s.raw_jp * 100000000 + s.day AS numbered
  FROM side s JOIN doubtful d ON d.person = s.person
  WHERE s.raw_jp > 300
),
met AS (
  SELECT k.*,
         MIN(CASE WHEN k.of_lms = 1 THEN k.statement_id END)
           OVER (PARTITION BY k.person, k.mark, k.named, k.numbered) AS lms_id
  FROM keyed k
)
SELECT m.person AS person, m.statement_id AS statement_id, m.day AS day, MIN(m.lms_id) AS other_id,
       CAST(NULL AS BIGINT) AS amount, CAST(NULL AS BIGINT) AS bound, MIN(m.mark) AS mark
FROM met m
WHERE m.of_lms = 0 AND m.lms_id IS NOT NULL
GROUP BY m.person, m.statement_id, m.day
ORDER BY 2
