DROP INDEX memories_reviewed;
