CREATE TABLE blocks (
	space TEXT COLLATE "C" NOT NULL,
	key BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	memory TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (space, key, seq)
);
CREATE TABLE clocks (
	space TEXT COLLATE "C" NOT NULL,
	since BIGINT NOT NULL,
	last_at BIGINT NOT NULL,
	count BIGINT NOT NULL,
	PRIMARY KEY (space)
);
CREATE TABLE concepts (
	concept TEXT COLLATE "C" NOT NULL,
	space TEXT COLLATE "C" NOT NULL,
	size BIGINT NOT NULL,
	body BYTEA NOT NULL,
	changed_at BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	PRIMARY KEY (concept)
);
CREATE INDEX concepts_by_change ON concepts (space, seq);
CREATE INDEX concepts_by_id ON concepts (space, concept);
CREATE TABLE contradictions (
	contradiction TEXT COLLATE "C" NOT NULL,
	space TEXT COLLATE "C" NOT NULL,
	kind TEXT COLLATE "C" NOT NULL,
	facts TEXT COLLATE "C" NOT NULL,
	memories TEXT COLLATE "C" NOT NULL,
	verdict TEXT COLLATE "C",
	kept TEXT COLLATE "C",
	ended TEXT COLLATE "C",
	reason TEXT COLLATE "C",
	judged_at BIGINT,
	seq BIGINT NOT NULL,
	PRIMARY KEY (contradiction)
);
CREATE INDEX contradictions_by_age ON contradictions (space, seq);
CREATE INDEX contradictions_new ON contradictions (space, seq) WHERE verdict IS NULL;
CREATE TABLE decided (
	input TEXT COLLATE "C" NOT NULL,
	digest TEXT COLLATE "C" NOT NULL,
	seq BIGINT NOT NULL,
	PRIMARY KEY (input, digest)
);
CREATE TABLE entities (
	space TEXT COLLATE "C" NOT NULL,
	entity BYTEA NOT NULL,
	name BYTEA NOT NULL,
	type TEXT COLLATE "C" NOT NULL,
	count BIGINT NOT NULL,
	last_at BIGINT NOT NULL,
	PRIMARY KEY (space, entity)
);
CREATE TABLE fact_ends (
	fact TEXT COLLATE "C" NOT NULL,
	seq BIGINT NOT NULL,
	space TEXT COLLATE "C" NOT NULL,
	position BIGINT NOT NULL,
	valid_to BIGINT,
	by TEXT COLLATE "C",
	observation TEXT COLLATE "C" NOT NULL,
	stands BIGINT NOT NULL,
	already BIGINT NOT NULL,
	body BYTEA NOT NULL,
	PRIMARY KEY (fact, seq)
);
CREATE INDEX fact_ends_by_observation ON fact_ends (observation, space);
CREATE TABLE fact_sources (
	fact TEXT COLLATE "C" NOT NULL,
	observation TEXT COLLATE "C" NOT NULL,
	space TEXT COLLATE "C" NOT NULL,
	memory TEXT COLLATE "C" NOT NULL,
	position BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	body BYTEA NOT NULL,
	PRIMARY KEY (fact, observation)
);
CREATE INDEX fact_sources_by_memory ON fact_sources (memory);
CREATE INDEX fact_sources_by_observation ON fact_sources (observation, space);
CREATE TABLE facts (
	fact TEXT COLLATE "C" NOT NULL,
	space TEXT COLLATE "C" NOT NULL,
	subject BYTEA NOT NULL,
	predicate TEXT COLLATE "C" NOT NULL,
	object BYTEA NOT NULL,
	body BYTEA NOT NULL,
	valid_from BIGINT NOT NULL,
	valid_to BIGINT,
	asserted_to BIGINT,
	last_held BIGINT NOT NULL,
	ended_by TEXT COLLATE "C",
	memory TEXT COLLATE "C" NOT NULL,
	position BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	evidence BIGINT NOT NULL,
	confidence FLOAT NOT NULL,
	PRIMARY KEY (fact)
);
CREATE INDEX facts_by_memory ON facts (memory);
CREATE INDEX facts_by_object ON facts (space, object);
CREATE INDEX facts_by_predicate ON facts (space, predicate, valid_from);
CREATE INDEX facts_by_subject ON facts (space, subject, predicate, object);
CREATE TABLE folded (
	view TEXT COLLATE "C" NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (view)
);
CREATE TABLE jobs (
	space TEXT COLLATE "C" NOT NULL,
	job TEXT COLLATE "C" NOT NULL,
	ran_at BIGINT NOT NULL,
	changed BIGINT NOT NULL,
	"left" BIGINT NOT NULL,
	PRIMARY KEY (space, job)
);
CREATE TABLE links (
	memory TEXT COLLATE "C" NOT NULL,
	earlier TEXT COLLATE "C" NOT NULL,
	space TEXT COLLATE "C" NOT NULL,
	because TEXT COLLATE "C" NOT NULL,
	seq BIGINT NOT NULL,
	PRIMARY KEY (memory, earlier)
);
CREATE INDEX links_by_earlier ON links (earlier, seq);
CREATE TABLE members (
	memory TEXT COLLATE "C" NOT NULL,
	space TEXT COLLATE "C" NOT NULL,
	concept TEXT COLLATE "C",
	typicality FLOAT,
	read_at BIGINT,
	seq BIGINT NOT NULL,
	PRIMARY KEY (memory)
);
CREATE INDEX members_by_concept ON members (space, concept, seq) WHERE concept IS NOT NULL;
CREATE INDEX members_new ON members (space, seq) WHERE concept IS NULL;
CREATE INDEX members_unread ON members (space, seq) WHERE read_at IS NULL AND concept IS NOT NULL;
CREATE TABLE memories (
	memory TEXT COLLATE "C" NOT NULL,
	space TEXT COLLATE "C" NOT NULL,
	kind TEXT COLLATE "C" NOT NULL,
	layer TEXT COLLATE "C" NOT NULL,
	at BIGINT NOT NULL,
	learned BIGINT NOT NULL,
	position BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	session TEXT COLLATE "C" NOT NULL,
	segment BIGINT NOT NULL,
	ordinal BIGINT NOT NULL,
	stated BIGINT NOT NULL,
	asked BIGINT NOT NULL,
	tells_time BIGINT NOT NULL,
	importance FLOAT NOT NULL,
	body BYTEA NOT NULL,
	features BYTEA NOT NULL,
	reinforced BIGINT NOT NULL,
	recalled BIGINT NOT NULL,
	stability FLOAT NOT NULL,
	difficulty FLOAT NOT NULL,
	last_access BIGINT NOT NULL,
	state TEXT COLLATE "C" NOT NULL,
	due BIGINT,
	days BIGINT NOT NULL,
	confidence FLOAT NOT NULL,
	review BIGINT,
	changed BIGINT NOT NULL,
	PRIMARY KEY (memory)
);
CREATE INDEX memories_by_due ON memories (space, state, due);
CREATE INDEX memories_by_place ON memories (memory, space, session, segment);
CREATE INDEX memories_by_review ON memories (space, review) WHERE review IS NOT NULL;
CREATE INDEX memories_by_segment ON memories (space, session, segment, changed);
CREATE INDEX memories_by_time ON memories (space, at);
CREATE INDEX memories_due ON memories (state, due, space);
CREATE INDEX memories_reviewed ON memories (review, space) WHERE space IS NOT NULL;
CREATE TABLE mentions (
	memory TEXT COLLATE "C" NOT NULL,
	entity BYTEA NOT NULL,
	space TEXT COLLATE "C" NOT NULL,
	seq BIGINT NOT NULL,
	PRIMARY KEY (memory, entity)
);
CREATE INDEX mentions_by_age ON mentions (space, entity, seq);
CREATE TABLE positions (
	partition INTEGER NOT NULL,
	next BIGINT NOT NULL,
	PRIMARY KEY (partition)
);
CREATE TABLE procedures (
	procedure TEXT COLLATE "C" NOT NULL,
	space TEXT COLLATE "C" NOT NULL,
	evidence BIGINT NOT NULL,
	body BYTEA NOT NULL,
	recognised_at BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	PRIMARY KEY (procedure)
);
CREATE INDEX procedures_by_evidence ON procedures (space, evidence);
CREATE TABLE recalls (
	memory TEXT COLLATE "C" NOT NULL,
	session TEXT COLLATE "C" NOT NULL,
	space TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (memory, session)
);
CREATE TABLE sequences (
	space TEXT COLLATE "C" NOT NULL,
	sequence TEXT COLLATE "C" NOT NULL,
	compared_at BIGINT,
	seq BIGINT NOT NULL,
	PRIMARY KEY (space, sequence)
);
CREATE INDEX sequences_new ON sequences (space, seq) WHERE compared_at IS NULL;
CREATE TABLE sessions (
	space TEXT COLLATE "C" NOT NULL,
	session TEXT COLLATE "C" NOT NULL,
	last_ordinal BIGINT NOT NULL,
	count BIGINT NOT NULL,
	PRIMARY KEY (space, session)
);
CREATE TABLE sizes (
	space TEXT COLLATE "C" NOT NULL,
	count BIGINT NOT NULL,
	PRIMARY KEY (space)
);
CREATE TABLE sources (
	memory TEXT COLLATE "C" NOT NULL,
	observation TEXT COLLATE "C" NOT NULL,
	start BIGINT NOT NULL,
	space TEXT COLLATE "C" NOT NULL,
	at BIGINT NOT NULL,
	position BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	text BYTEA NOT NULL,
	body BYTEA NOT NULL,
	PRIMARY KEY (memory, observation, start)
);
CREATE INDEX sources_by_observation ON sources (observation, space);
CREATE TABLE space_predicates (
	space TEXT COLLATE "C" NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	body BYTEA NOT NULL,
	PRIMARY KEY (space, name)
);
CREATE TABLE space_settings (
	space TEXT COLLATE "C" NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	value TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (space, name)
);
CREATE TABLE steps (
	space TEXT COLLATE "C" NOT NULL,
	sequence TEXT COLLATE "C" NOT NULL,
	observation TEXT COLLATE "C" NOT NULL,
	number BIGINT NOT NULL,
	memory TEXT COLLATE "C" NOT NULL,
	key BIGINT NOT NULL,
	body BYTEA NOT NULL,
	seq BIGINT NOT NULL,
	PRIMARY KEY (space, sequence, observation, number)
);
CREATE INDEX steps_by_key ON steps (space, key, seq);
CREATE INDEX steps_by_memory ON steps (memory);
CREATE TABLE terms (
	space TEXT COLLATE "C" NOT NULL,
	term BIGINT NOT NULL,
	count BIGINT NOT NULL,
	PRIMARY KEY (space, term)
);
CREATE TABLE whereabouts (
	memory TEXT COLLATE "C" NOT NULL,
	observation TEXT COLLATE "C" NOT NULL,
	entity BYTEA NOT NULL,
	space TEXT COLLATE "C" NOT NULL,
	since BIGINT NOT NULL,
	until BIGINT NOT NULL,
	place BYTEA NOT NULL,
	seq BIGINT NOT NULL,
	PRIMARY KEY (memory, observation, entity)
);
CREATE INDEX whereabouts_by_time ON whereabouts (space, entity, since);
