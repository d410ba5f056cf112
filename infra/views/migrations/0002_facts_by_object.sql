DROP INDEX facts_by_subject;
CREATE INDEX facts_by_subject ON facts (space, subject, predicate, object);
