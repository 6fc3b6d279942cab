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
outside AS (
  SELECT s.person AS person, s.statement_id AS statement_id, s.day AS day, s.activity AS activity, s.title AS title,
         s.form AS form, s.raw_jp AS raw_jp
  FROM side s
  WHERE s.of_lms = 0
),
of_activity AS (
  SELECT s.person AS person, s.activity AS activity, MIN(s.statement_id) AS lms_id
  FROM side s
  WHERE s.of_lms = 1 AND (s.person, s.activity) IN (SELECT o.person, o.activity FROM outside o)
  GROUP BY s.person, s.activity
),
of_title AS (
  SELECT s.person AS person, s.title AS title, MIN(s.statement_id) AS lms_id
  FROM side s
  WHERE s.of_lms = 1 AND s.title <> '' AND (s.person, s.title) IN (SELECT o.person, o.title FROM outside o)
  GROUP BY s.person, s.title
),
of_day AS (
  SELECT s.person AS person, s.day AS day, s.form AS form, s.raw_jp AS raw_jp, MIN(s.statement_id) AS lms_id
  FROM side s
  WHERE s.of_lms = 1 AND s.raw_jp > 300
    AND (s.person, s.day, s.form, s.raw_jp) IN (SELECT o.person, o.day, o.form, o.raw_jp FROM outside o)
  GROUP BY s.person, s.day, s.form, s.raw_jp
),
met AS (
  SELECT o.person AS person, o.statement_id AS statement_id, o.day AS day, k.lms_id AS lms_id, 'activity' AS mark
  FROM outside o
  JOIN of_activity k ON k.person = o.person AND k.activity = o.activity
  UNION ALL
  SELECT o.person AS person, o.statement_id AS statement_id, o.day AS day, k.lms_id AS lms_id, 'title' AS mark
  FROM outside o
  JOIN of_title k ON k.person = o.person AND k.title = o.title
  UNION ALL
  SELECT o.person AS person, o.statement_id AS statement_id, o.day AS day, k.lms_id AS lms_id, 'day' AS mark
  FROM outside o
  JOIN of_day k ON k.person = o.person AND k.day = o.day AND k.form = o.form AND k.raw_jp = o.raw_jp
)
SELECT m.person AS person, m.statement_id AS statement_id, m.day AS day, MIN(m.lms_id) AS other_id,
       CAST(NULL AS BIGINT) AS amount, CAST(NULL AS BIGINT) AS bound, MIN(m.mark) AS mark
FROM met m
GROUP BY m.person, m.statement_id, m.day
ORDER BY 2
