-- name: anomaly_clock
-- doc: An approved credit of a form counted by the hour that declares more JP (amount) than its recorded duration
-- doc: allows (bound), both in hundredths. Credits without a recorded duration are not judged.
SELECT c.person AS person, c.statement_id AS statement_id, c.day AS day, CAST(NULL AS VARCHAR(36)) AS other_id,
       c.raw_jp AS amount,
       CAST(((c.end_minute - c.start_minute) * 100 - ((c.end_minute - c.start_minute) * 100) % p.minutes_per_jp)
            / p.minutes_per_jp AS BIGINT) AS bound,
       CAST(NULL AS VARCHAR(200)) AS mark
FROM credit c
JOIN parameter p ON p.year = c.year
JOIN form_rule r ON r.form = c.form AND r.valid_from <= c.day AND c.day <= r.valid_to
WHERE r.national_jp IS NULL AND c.review = 'Disetujui' AND c.end_minute > c.start_minute
  AND c.raw_jp * p.minutes_per_jp > (c.end_minute - c.start_minute) * 100
ORDER BY 2
