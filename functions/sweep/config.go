package main

// Config is the function's environment.
type Config struct {
	// Names of tables.
	CredentialsTable string `env:"CREDENTIALS_TABLE,required,notEmpty"`
	VerifiersTable   string `env:"VERIFIERS_TABLE,required,notEmpty"`
	EphemeralTable   string `env:"EPHEMERAL_TABLE,required,notEmpty"`
	AuditTable       string `env:"AUDIT_TABLE,required,notEmpty"`
	// BackgroundQueueURL is where words to owners wait.
	BackgroundQueueURL string `env:"BACKGROUND_QUEUE_URL,required,notEmpty"`
	// SlackTeam is the id of the workspace, "T…".
	SlackTeam string `env:"SLACK_TEAM,required,notEmpty"`
}
