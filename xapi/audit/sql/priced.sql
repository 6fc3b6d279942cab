-- name: priced
-- doc: What every credit that stands is worth before any cap. JP in hundredths: raw_jp as declared, converted by the rule of
-- doc: the form on its day, day_cap what its form may count for on its days (cap_days), NULL when the form has no such cap.
-- doc: approved is 1 when the credit counts: 'Disetujui', and nothing is held. lms_record is 1 for an approved record of the
-- doc: LMS itself, lms_match for a credit in whose place such a record counts.
SELECT c.statement_id AS statement_id, c.person AS person, c.year AS year, c.quarter AS quarter, c.day AS day,
       c.start_minute AS start_minute, c.activity AS activity, c.certificate AS certificate, c.form AS form,
       c.review AS review, c.raw_jp AS raw_jp,
       CASE WHEN c.review = 'Disetujui' AND c.held = 0 THEN 1 ELSE 0 END AS approved, c.lms_match AS lms_match,
       CASE WHEN c.review = 'Disetujui' AND c.source = 'lms_record' THEN 1 ELSE 0 END AS lms_record,
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
            ELSE r.day_cap * c.cap_days END AS day_cap
FROM credit c
JOIN form_rule r ON r.form = c.form AND r.valid_from <= c.day AND c.day <= r.valid_to
