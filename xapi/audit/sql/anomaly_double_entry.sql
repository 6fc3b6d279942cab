-- name: anomaly_double_entry
-- doc: A credit from outside the LMS (sheet, package, other system) of a course that the LMS recorded for the same person and
-- doc: year as other_id: by mark the same 'activity', the same 'title', or on the same 'day' the same form with the same JP,
-- doc: more than three. Only rejected credits are left out.
-- doc: What the LMS recorded is looked up among the few from outside, by what differs most first.
WITH outside AS (
  SELECT c.person AS person, c.statement_id AS statement_id, c.day AS day, c.activity AS activity,
         c.activity_title AS title, c.form AS form, c.raw_jp AS raw_jp
  FROM credit c
  JOIN parameter p ON p.year = c.year
  WHERE c.review <> 'Ditolak' AND c.source <> 'launch' AND c.source <> 'lms_record'
),
of_activity AS (
  SELECT c.person AS person, c.activity AS activity, MIN(c.statement_id) AS lms_id
  FROM credit c
  JOIN parameter p ON p.year = c.year
  WHERE c.review <> 'Ditolak' AND (c.source = 'launch' OR c.source = 'lms_record')
    AND (c.activity, c.person) IN (SELECT o.activity, o.person FROM outside o)
  GROUP BY c.person, c.activity
),
of_title AS (
  SELECT c.person AS person, c.activity_title AS title, MIN(c.statement_id) AS lms_id
  FROM credit c
  JOIN parameter p ON p.year = c.year
  WHERE c.review <> 'Ditolak' AND (c.source = 'launch' OR c.source = 'lms_record') AND c.activity_title <> ''
    AND (c.activity_title, c.person) IN (SELECT o.title, o.person FROM outside o)
  GROUP BY c.person, c.activity_title
),
of_day AS (
  SELECT c.person AS person, c.day AS day, c.form AS form, c.raw_jp AS raw_jp, MIN(c.statement_id) AS lms_id
  FROM credit c
  JOIN parameter p ON p.year = c.year
  WHERE c.review <> 'Ditolak' AND (c.source = 'launch' OR c.source = 'lms_record') AND c.raw_jp > 300
    AND (c.day, c.person, c.form, c.raw_jp) IN (SELECT o.day, o.person, o.form, o.raw_jp FROM outside o
                                                WHERE o.raw_jp > 300)
  GROUP BY c.person, c.day, c.form, c.raw_jp
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
