CREATE TABLE tallies (
	what TEXT NOT NULL,
	project_id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	outcome TEXT NOT NULL,
	count BIGINT NOT NULL,
	last_at BIGINT NOT NULL,
	CONSTRAINT pk_tallies PRIMARY KEY (what, project_id, kind, outcome)
);

CREATE TABLE users (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	name TEXT NOT NULL,
	password TEXT NOT NULL,
	role TEXT NOT NULL,
	projects JSON,
	language TEXT,
	team TEXT,
	created_by TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	disabled_at BIGINT,
	CONSTRAINT uq_users_name UNIQUE (name)
);

CREATE TABLE worker_failures (
	job TEXT NOT NULL,
	failures BIGINT NOT NULL,
	subject TEXT NOT NULL,
	told TEXT NOT NULL,
	failed_at BIGINT NOT NULL,
	CONSTRAINT pk_worker_failures PRIMARY KEY (job)
);

CREATE TABLE channels (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	project_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	kind TEXT NOT NULL,
	config BLOB NOT NULL,
	enabled BOOLEAN NOT NULL,
	created_at BIGINT NOT NULL,
	last_sent_at BIGINT,
	last_error TEXT,
	last_error_at BIGINT,
	CONSTRAINT uq_channels_project_id_name UNIQUE (project_id, name),
	CONSTRAINT fk_channels_project_id FOREIGN KEY(project_id) REFERENCES projects (id)
);

CREATE TABLE digests (
	project_id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	enabled BOOLEAN NOT NULL,
	hour INTEGER NOT NULL,
	weekday INTEGER NOT NULL,
	timezone TEXT NOT NULL,
	channels JSON,
	told_through BIGINT NOT NULL,
	CONSTRAINT pk_digests PRIMARY KEY (project_id, kind),
	CONSTRAINT fk_digests_project_id FOREIGN KEY(project_id) REFERENCES projects (id)
);

CREATE TABLE incidents (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	project_id BIGINT NOT NULL,
	status TEXT NOT NULL,
	title TEXT NOT NULL,
	severity TEXT NOT NULL,
	peak_severity TEXT NOT NULL,
	facts JSON NOT NULL,
	started_at BIGINT NOT NULL,
	opened_at BIGINT NOT NULL,
	changed_at BIGINT NOT NULL,
	resolved_at BIGINT,
	previous_id BIGINT,
	explanation JSON,
	explained_at BIGINT,
	acknowledged_by TEXT,
	acknowledged_at BIGINT,
	snoozed_until BIGINT,
	assignee TEXT,
	mark TEXT,
	CONSTRAINT fk_incidents_project_id FOREIGN KEY(project_id) REFERENCES projects (id)
);

CREATE INDEX ix_incidents_project_id_opened_at ON incidents (project_id, opened_at);

CREATE INDEX ix_incidents_project_id_status ON incidents (project_id, status);

CREATE TABLE monitor_settings (
	project_id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	document JSON NOT NULL,
	changed_at BIGINT NOT NULL,
	CONSTRAINT pk_monitor_settings PRIMARY KEY (project_id, kind, name),
	CONSTRAINT fk_monitor_settings_project_id FOREIGN KEY(project_id) REFERENCES projects (id)
);

CREATE TABLE monitors (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	project_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	document JSON NOT NULL,
	revision INTEGER NOT NULL,
	created_at BIGINT NOT NULL,
	changed_at BIGINT NOT NULL,
	CONSTRAINT uq_monitors_project_id_name UNIQUE (project_id, name),
	CONSTRAINT fk_monitors_project_id FOREIGN KEY(project_id) REFERENCES projects (id)
);

CREATE TABLE sessions (
	digest BLOB NOT NULL,
	user_id BIGINT,
	key_id TEXT,
	address TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	CONSTRAINT pk_sessions PRIMARY KEY (digest),
	CONSTRAINT fk_sessions_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT fk_sessions_key_id FOREIGN KEY(key_id) REFERENCES api_keys (key_id) ON DELETE CASCADE
);

CREATE INDEX ix_sessions_expires_at ON sessions (expires_at);

CREATE TABLE silences (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	project_id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	matchers JSON NOT NULL,
	starts_at BIGINT NOT NULL,
	ends_at BIGINT NOT NULL,
	recurrence JSON,
	comment TEXT NOT NULL,
	created_by TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	ended_at BIGINT,
	ended_by TEXT,
	CONSTRAINT fk_silences_project_id FOREIGN KEY(project_id) REFERENCES projects (id)
);

CREATE INDEX ix_silences_project_id_ends_at ON silences (project_id, ends_at);

CREATE TABLE monitor_revisions (
	monitor_id BIGINT NOT NULL,
	revision INTEGER NOT NULL,
	document JSON NOT NULL,
	at BIGINT NOT NULL,
	actor TEXT NOT NULL,
	CONSTRAINT pk_monitor_revisions PRIMARY KEY (monitor_id, revision),
	CONSTRAINT fk_monitor_revisions_monitor_id FOREIGN KEY(monitor_id) REFERENCES monitors (id) ON DELETE CASCADE
);

CREATE TABLE monitor_series (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	monitor_id BIGINT NOT NULL,
	model_id BIGINT NOT NULL,
	version_id BIGINT NOT NULL,
	address TEXT NOT NULL,
	state JSON NOT NULL,
	blind JSON NOT NULL,
	breached JSON NOT NULL,
	status TEXT NOT NULL,
	window_start BIGINT,
	window_end BIGINT,
	verdict JSON NOT NULL,
	figures TEXT NOT NULL,
	judged_at BIGINT,
	CONSTRAINT uq_monitor_series_monitor_id_model_id_version_id_address UNIQUE (monitor_id, model_id, version_id, address),
	CONSTRAINT fk_monitor_series_monitor_id FOREIGN KEY(monitor_id) REFERENCES monitors (id) ON DELETE CASCADE,
	CONSTRAINT fk_monitor_series_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE INDEX ix_monitor_series_model_id ON monitor_series (model_id);

CREATE TABLE outbox (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	project_id BIGINT NOT NULL,
	channel_id BIGINT NOT NULL,
	incident_id BIGINT,
	reason TEXT NOT NULL,
	"key" TEXT NOT NULL,
	state TEXT NOT NULL,
	body JSON,
	created_at BIGINT NOT NULL,
	not_before BIGINT NOT NULL,
	attempts INTEGER NOT NULL,
	last_error TEXT,
	held_until BIGINT,
	sent_at BIGINT,
	CONSTRAINT fk_outbox_project_id FOREIGN KEY(project_id) REFERENCES projects (id),
	CONSTRAINT fk_outbox_channel_id FOREIGN KEY(channel_id) REFERENCES channels (id) ON DELETE CASCADE,
	CONSTRAINT fk_outbox_incident_id FOREIGN KEY(incident_id) REFERENCES incidents (id) ON DELETE CASCADE,
	CONSTRAINT uq_outbox_key UNIQUE ("key")
);

CREATE INDEX ix_outbox_incident_id ON outbox (incident_id);

CREATE INDEX ix_outbox_state_not_before ON outbox (state, not_before);

CREATE TABLE unjudged_days (
	model_id BIGINT NOT NULL,
	version_id BIGINT NOT NULL,
	day INTEGER NOT NULL,
	CONSTRAINT pk_unjudged_days PRIMARY KEY (model_id, version_id, day),
	CONSTRAINT fk_unjudged_days_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE
);

CREATE TABLE alerts (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	project_id BIGINT NOT NULL,
	model_id BIGINT NOT NULL,
	incident_id BIGINT,
	monitor_id BIGINT,
	series_id BIGINT,
	monitor TEXT NOT NULL,
	configuration INTEGER NOT NULL,
	fingerprint TEXT NOT NULL,
	kind TEXT NOT NULL,
	address TEXT NOT NULL,
	version TEXT NOT NULL,
	phase TEXT NOT NULL,
	severity TEXT NOT NULL,
	peak_severity TEXT NOT NULL,
	started_at BIGINT NOT NULL,
	fired_at BIGINT NOT NULL,
	resolved_at BIGINT,
	resolved_why TEXT,
	flapping BOOLEAN NOT NULL,
	backfilled BOOLEAN NOT NULL,
	summary TEXT NOT NULL,
	details JSON NOT NULL,
	labels JSON NOT NULL,
	suppressed JSON NOT NULL,
	window_end BIGINT NOT NULL,
	CONSTRAINT fk_alerts_project_id FOREIGN KEY(project_id) REFERENCES projects (id),
	CONSTRAINT fk_alerts_model_id FOREIGN KEY(model_id) REFERENCES models (id) ON DELETE CASCADE,
	CONSTRAINT fk_alerts_incident_id FOREIGN KEY(incident_id) REFERENCES incidents (id) ON DELETE CASCADE,
	CONSTRAINT fk_alerts_monitor_id FOREIGN KEY(monitor_id) REFERENCES monitors (id) ON DELETE SET NULL,
	CONSTRAINT fk_alerts_series_id FOREIGN KEY(series_id) REFERENCES monitor_series (id) ON DELETE SET NULL
);

CREATE INDEX ix_alerts_incident_id ON alerts (incident_id);

CREATE INDEX ix_alerts_model_id_fired_at ON alerts (model_id, fired_at);

CREATE INDEX ix_alerts_model_id_resolved_at ON alerts (model_id, resolved_at);

CREATE INDEX ix_alerts_project_id_fired_at ON alerts (project_id, fired_at);

CREATE INDEX ix_alerts_project_id_monitor_fired_at ON alerts (project_id, monitor, fired_at);

CREATE INDEX ix_alerts_project_id_resolved_at_fired_at ON alerts (project_id, resolved_at, fired_at);

CREATE INDEX ix_alerts_series_id ON alerts (series_id);

CREATE UNIQUE INDEX one_open ON alerts (project_id, fingerprint) WHERE resolved_at IS NULL;

CREATE TABLE evaluations (
	series_id BIGINT NOT NULL,
	window_end BIGINT NOT NULL,
	revision INTEGER NOT NULL,
	window_start BIGINT NOT NULL,
	status TEXT NOT NULL,
	value FLOAT,
	verdict JSON NOT NULL,
	figures TEXT NOT NULL,
	configuration INTEGER NOT NULL,
	evaluated_at BIGINT NOT NULL,
	CONSTRAINT pk_evaluations PRIMARY KEY (series_id, window_end, revision),
	CONSTRAINT fk_evaluations_series_id FOREIGN KEY(series_id) REFERENCES monitor_series (id) ON DELETE CASCADE
);

CREATE TABLE alert_events (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	project_id BIGINT NOT NULL,
	incident_id BIGINT,
	alert_id BIGINT,
	at BIGINT NOT NULL,
	actor TEXT NOT NULL,
	kind TEXT NOT NULL,
	details JSON NOT NULL,
	CONSTRAINT fk_alert_events_project_id FOREIGN KEY(project_id) REFERENCES projects (id),
	CONSTRAINT fk_alert_events_incident_id FOREIGN KEY(incident_id) REFERENCES incidents (id) ON DELETE CASCADE,
	CONSTRAINT fk_alert_events_alert_id FOREIGN KEY(alert_id) REFERENCES alerts (id) ON DELETE CASCADE
);

CREATE INDEX ix_alert_events_alert_id_at ON alert_events (alert_id, at);

CREATE INDEX ix_alert_events_incident_id_at ON alert_events (incident_id, at);

CREATE INDEX ix_alert_events_project_id_at ON alert_events (project_id, at);
