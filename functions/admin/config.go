package main

// Config is the function's environment.
type Config struct {
	// SettingsTable and AuditTable are names of tables.
	SettingsTable string `env:"SETTINGS_TABLE,required,notEmpty"`
	AuditTable    string `env:"AUDIT_TABLE,required,notEmpty"`
	// RequestsQueueURL is where jobs go that the worker does.
	RequestsQueueURL string `env:"REQUESTS_QUEUE_URL,required,notEmpty"`
	// SlackTeam is the id of the one workspace that is served.
	SlackTeam string `env:"SLACK_TEAM,required,notEmpty"`
	// PasswordPrefixes are those of the company's app passwords, separated by commas.
	PasswordPrefixes []string `env:"PASSWORD_PREFIXES,required,notEmpty"`
}
