CREATE TABLE worker_runs (
	job TEXT NOT NULL,
	runs BIGINT NOT NULL,
	busy_us BIGINT NOT NULL,
	last_us BIGINT NOT NULL,
	ran_at BIGINT,
	looked_at BIGINT NOT NULL,
	CONSTRAINT pk_worker_runs PRIMARY KEY (job)
);
