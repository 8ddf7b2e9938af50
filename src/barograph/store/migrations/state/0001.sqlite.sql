CREATE TABLE api_keys (
	key_id TEXT NOT NULL,
	name TEXT NOT NULL,
	role TEXT NOT NULL,
	projects JSON,
	digest BLOB NOT NULL,
	created_by TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	expires_at BIGINT,
	revoked_at BIGINT,
	last_used_at BIGINT,
	CONSTRAINT pk_api_keys PRIMARY KEY (key_id)
);

CREATE TABLE audit (
	number BIGINT NOT NULL,
	at BIGINT NOT NULL,
	actor TEXT NOT NULL,
	action TEXT NOT NULL,
	subject TEXT NOT NULL,
	outcome TEXT NOT NULL,
	details TEXT NOT NULL,
	hash BLOB NOT NULL,
	CONSTRAINT pk_audit PRIMARY KEY (number)
);

CREATE TABLE grids (
	"key" BLOB NOT NULL,
	body BLOB NOT NULL,
	CONSTRAINT pk_grids PRIMARY KEY ("key")
);

CREATE TABLE leases (
	name TEXT NOT NULL,
	owner TEXT NOT NULL,
	expires_at BIGINT NOT NULL,
	CONSTRAINT pk_leases PRIMARY KEY (name)
);

CREATE TABLE projects (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	name TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT uq_projects_name UNIQUE (name)
);

CREATE TABLE answered_requests (
	project_id BIGINT NOT NULL,
	resource TEXT NOT NULL,
	"key" TEXT NOT NULL,
	answered_at BIGINT NOT NULL,
	body_hash TEXT NOT NULL,
	reply JSON NOT NULL,
	CONSTRAINT pk_answered_requests PRIMARY KEY (project_id, resource, "key"),
	CONSTRAINT fk_answered_requests_project_id FOREIGN KEY(project_id) REFERENCES projects (id)
);

CREATE INDEX ix_answered_requests_answered_at ON answered_requests (answered_at);

CREATE TABLE models (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	project_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	schema BLOB NOT NULL,
	every TEXT NOT NULL,
	"by" JSON NOT NULL,
	grid_key BLOB,
	reference_id BIGINT,
	retention_days INTEGER,
	label_horizon_days INTEGER NOT NULL,
	owner TEXT,
	flags JSON NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT uq_models_project_id_name UNIQUE (project_id, name),
	CONSTRAINT fk_models_project_id FOREIGN KEY(project_id) REFERENCES projects (id),
	CONSTRAINT fk_models_grid_key FOREIGN KEY(grid_key) REFERENCES grids ("key")
);

CREATE TABLE column_changes (
	model_id BIGINT NOT NULL,
	"column" TEXT NOT NULL,
	change TEXT NOT NULL,
	form TEXT NOT NULL,
	last_day INTEGER NOT NULL,
	CONSTRAINT pk_column_changes PRIMARY KEY (model_id, "column", change, form),
	CONSTRAINT fk_column_changes_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE TABLE column_findings (
	model_id BIGINT NOT NULL,
	"column" TEXT NOT NULL,
	kind TEXT NOT NULL,
	looked_at BIGINT NOT NULL,
	found BIGINT NOT NULL,
	CONSTRAINT pk_column_findings PRIMARY KEY (model_id, "column", kind),
	CONSTRAINT fk_column_findings_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE TABLE cursors (
	model_id BIGINT NOT NULL,
	applied_seq BIGINT NOT NULL,
	received_at BIGINT NOT NULL,
	moved_received_at BIGINT NOT NULL,
	rows BIGINT NOT NULL,
	duplicates BIGINT NOT NULL,
	conflicts BIGINT NOT NULL,
	rolled_day INTEGER NOT NULL,
	sealed_day INTEGER NOT NULL,
	CONSTRAINT pk_cursors PRIMARY KEY (model_id),
	CONSTRAINT fk_cursors_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE TABLE dead_letter_counts (
	model_id BIGINT NOT NULL,
	day INTEGER NOT NULL,
	reason TEXT NOT NULL,
	field TEXT NOT NULL,
	rows BIGINT NOT NULL,
	CONSTRAINT pk_dead_letter_counts PRIMARY KEY (model_id, day, reason, field),
	CONSTRAINT fk_dead_letter_counts_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE TABLE dead_letters (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	model_id BIGINT NOT NULL,
	at BIGINT NOT NULL,
	kind TEXT NOT NULL,
	batch_id TEXT NOT NULL,
	"index" INTEGER NOT NULL,
	prediction_id TEXT,
	field TEXT,
	reason TEXT NOT NULL,
	"row" TEXT NOT NULL,
	CONSTRAINT fk_dead_letters_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE INDEX ix_dead_letters_model_id_id ON dead_letters (model_id, id);

CREATE TABLE deletions (
	model_id BIGINT NOT NULL,
	prediction_id TEXT NOT NULL,
	asked_at BIGINT NOT NULL,
	CONSTRAINT pk_deletions PRIMARY KEY (model_id, prediction_id),
	CONSTRAINT fk_deletions_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE TABLE dirty_days (
	model_id BIGINT NOT NULL,
	version_id BIGINT NOT NULL,
	day INTEGER NOT NULL,
	CONSTRAINT pk_dirty_days PRIMARY KEY (model_id, version_id, day),
	CONSTRAINT fk_dirty_days_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE TABLE dropped_rows (
	model_id BIGINT NOT NULL,
	hour BIGINT NOT NULL,
	reason TEXT NOT NULL,
	rows BIGINT NOT NULL,
	CONSTRAINT pk_dropped_rows PRIMARY KEY (model_id, hour, reason),
	CONSTRAINT fk_dropped_rows_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE TABLE environments (
	model_id BIGINT NOT NULL,
	version TEXT NOT NULL,
	host TEXT NOT NULL,
	stage TEXT NOT NULL,
	fingerprint TEXT NOT NULL,
	details JSON NOT NULL,
	since BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,
	CONSTRAINT pk_environments PRIMARY KEY (model_id, version, host, stage),
	CONSTRAINT fk_environments_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE TABLE events (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	project_id BIGINT,
	model_id BIGINT,
	kind TEXT NOT NULL,
	at BIGINT NOT NULL,
	received_at BIGINT NOT NULL,
	name TEXT NOT NULL,
	version TEXT,
	source TEXT NOT NULL,
	details JSON NOT NULL,
	"key" TEXT,
	CONSTRAINT uq_events_model_id_kind_key UNIQUE (model_id, kind, "key"),
	CONSTRAINT fk_events_project_id FOREIGN KEY(project_id) REFERENCES projects (id),
	CONSTRAINT fk_events_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE INDEX ix_events_model_id_at ON events (model_id, at);

CREATE INDEX ix_events_project_id_at ON events (project_id, at);

CREATE TABLE feedback (
	model_id BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	position INTEGER NOT NULL,
	id TEXT NOT NULL,
	"row" INTEGER,
	kind TEXT NOT NULL,
	value TEXT,
	at BIGINT NOT NULL,
	CONSTRAINT pk_feedback PRIMARY KEY (model_id, seq, position),
	CONSTRAINT fk_feedback_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE INDEX ix_feedback_model_id_at ON feedback (model_id, at);

CREATE INDEX ix_feedback_model_id_id ON feedback (model_id, id);

CREATE TABLE heartbeats (
	model_id BIGINT NOT NULL,
	hour BIGINT NOT NULL,
	host TEXT NOT NULL,
	version TEXT NOT NULL,
	minutes BIGINT NOT NULL,
	interval_seconds INTEGER NOT NULL,
	CONSTRAINT pk_heartbeats PRIMARY KEY (model_id, hour, host, version),
	CONSTRAINT fk_heartbeats_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE TABLE id_runs (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	model_id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	file TEXT NOT NULL,
	entries BIGINT NOT NULL,
	first_seq BIGINT NOT NULL,
	last_seq BIGINT NOT NULL,
	first_day INTEGER NOT NULL,
	last_day INTEGER NOT NULL,
	CONSTRAINT fk_id_runs_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE,
	CONSTRAINT uq_id_runs_file UNIQUE (file)
);

CREATE INDEX ix_id_runs_model_id_kind_first_seq ON id_runs (model_id, kind, first_seq);

CREATE TABLE lineage (
	model_id BIGINT NOT NULL,
	feature TEXT NOT NULL,
	source TEXT NOT NULL,
	told_at BIGINT NOT NULL,
	CONSTRAINT pk_lineage PRIMARY KEY (model_id, feature, source),
	CONSTRAINT fk_lineage_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE INDEX ix_lineage_source ON lineage (source);

CREATE TABLE losers (
	model_id BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	position INTEGER NOT NULL,
	CONSTRAINT pk_losers PRIMARY KEY (model_id, seq, position),
	CONSTRAINT fk_losers_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
)
 WITHOUT ROWID;

CREATE TABLE model_references (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	model_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	origin TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	profile_hash TEXT NOT NULL,
	body BLOB NOT NULL,
	CONSTRAINT uq_model_references_model_id_name UNIQUE (model_id, name),
	CONSTRAINT fk_model_references_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE TABLE nights (
	model_id BIGINT NOT NULL,
	day INTEGER NOT NULL,
	CONSTRAINT pk_nights PRIMARY KEY (model_id),
	CONSTRAINT fk_nights_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE TABLE pinned_profiles (
	model_id BIGINT NOT NULL,
	profile_hash TEXT NOT NULL,
	first_day INTEGER,
	last_day INTEGER,
	body BLOB,
	emptied_at BIGINT,
	CONSTRAINT pk_pinned_profiles PRIMARY KEY (model_id, profile_hash),
	CONSTRAINT fk_pinned_profiles_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE TABLE points (
	model_id BIGINT NOT NULL,
	version_id BIGINT NOT NULL,
	segment TEXT NOT NULL,
	address TEXT NOT NULL,
	every TEXT NOT NULL,
	window BIGINT NOT NULL,
	value FLOAT,
	low FLOAT,
	high FLOAT,
	n FLOAT,
	reason TEXT,
	detail TEXT,
	state TEXT NOT NULL,
	CONSTRAINT pk_points PRIMARY KEY (model_id, version_id, segment, address, every, window),
	CONSTRAINT fk_points_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
)
 WITHOUT ROWID;

CREATE TABLE probe_answers (
	model_id BIGINT NOT NULL,
	version TEXT NOT NULL,
	"row" TEXT NOT NULL,
	answer TEXT NOT NULL,
	since BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,
	CONSTRAINT pk_probe_answers PRIMARY KEY (model_id, version, "row"),
	CONSTRAINT fk_probe_answers_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE TABLE profiles (
	model_id BIGINT NOT NULL,
	grain TEXT NOT NULL,
	part TEXT NOT NULL,
	day INTEGER NOT NULL,
	version_id BIGINT NOT NULL,
	arrival INTEGER NOT NULL,
	body BLOB NOT NULL,
	CONSTRAINT pk_profiles PRIMARY KEY (model_id, grain, part, day, version_id, arrival),
	CONSTRAINT fk_profiles_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE TABLE reading_series (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	project_id BIGINT NOT NULL,
	model_id BIGINT,
	model_key BIGINT NOT NULL,
	name TEXT NOT NULL,
	host TEXT NOT NULL,
	version TEXT NOT NULL,
	unit TEXT NOT NULL,
	CONSTRAINT uq_reading_series_project_id_model_key_name_host_version UNIQUE (project_id, model_key, name, host, version),
	CONSTRAINT fk_reading_series_project_id FOREIGN KEY(project_id) REFERENCES projects (id),
	CONSTRAINT fk_reading_series_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE TABLE rebuild_days (
	model_id BIGINT NOT NULL,
	version_id BIGINT NOT NULL,
	day INTEGER NOT NULL,
	asked_at BIGINT NOT NULL,
	CONSTRAINT pk_rebuild_days PRIMARY KEY (model_id, version_id, day),
	CONSTRAINT fk_rebuild_days_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE TABLE source_days (
	model_id BIGINT NOT NULL,
	version_id BIGINT NOT NULL,
	day INTEGER NOT NULL,
	source_id BIGINT NOT NULL,
	rows BIGINT NOT NULL,
	CONSTRAINT pk_source_days PRIMARY KEY (model_id, version_id, day, source_id),
	CONSTRAINT fk_source_days_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE TABLE sources (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	project_id BIGINT NOT NULL,
	model_id BIGINT,
	name TEXT NOT NULL,
	kind TEXT NOT NULL,
	settings JSON NOT NULL,
	schedule_seconds BIGINT NOT NULL,
	cursor JSON NOT NULL,
	created_at BIGINT NOT NULL,
	due_at BIGINT NOT NULL,
	ran_at BIGINT,
	error TEXT,
	failures INTEGER DEFAULT '0' NOT NULL,
	rows BIGINT DEFAULT '0' NOT NULL,
	CONSTRAINT uq_sources_project_id_name UNIQUE (project_id, name),
	CONSTRAINT fk_sources_project_id FOREIGN KEY(project_id) REFERENCES projects (id),
	CONSTRAINT fk_sources_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE INDEX ix_sources_due_at ON sources (due_at);

CREATE TABLE versions (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	model_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT uq_versions_model_id_name UNIQUE (model_id, name),
	CONSTRAINT fk_versions_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE TABLE pins (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	model_id BIGINT NOT NULL,
	profile_hash TEXT NOT NULL,
	cited_by TEXT NOT NULL,
	configuration JSON NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT uq_pins_model_id_profile_hash_cited_by UNIQUE (model_id, profile_hash, cited_by),
	CONSTRAINT fk_pins_model_id_profile_hash FOREIGN KEY(model_id, profile_hash) REFERENCES pinned_profiles (model_id, profile_hash) ON DELETE CASCADE
);

CREATE TABLE readings (
	series_id BIGINT NOT NULL,
	seconds INTEGER NOT NULL,
	start BIGINT NOT NULL,
	body BLOB NOT NULL,
	CONSTRAINT pk_readings PRIMARY KEY (series_id, seconds, start),
	CONSTRAINT fk_readings_series_id FOREIGN KEY(series_id) REFERENCES reading_series (id) ON DELETE CASCADE
);

CREATE INDEX ix_readings_seconds_start ON readings (seconds, start);

CREATE TABLE source_files (
	source_id BIGINT NOT NULL,
	path TEXT NOT NULL,
	size_bytes BIGINT NOT NULL,
	modified_ns BIGINT NOT NULL,
	hash TEXT NOT NULL,
	rows BIGINT NOT NULL,
	read_at BIGINT NOT NULL,
	CONSTRAINT pk_source_files PRIMARY KEY (source_id, path),
	CONSTRAINT fk_source_files_source_id FOREIGN KEY(source_id) REFERENCES sources (id) ON DELETE CASCADE
);
