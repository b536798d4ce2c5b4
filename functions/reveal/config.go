package main

// Config is the function's environment.
type Config struct {
	// Names of tables.
	CredentialsTable string `env:"CREDENTIALS_TABLE,required,notEmpty"`
	VerifiersTable   string `env:"VERIFIERS_TABLE,required,notEmpty"`
	EphemeralTable   string `env:"EPHEMERAL_TABLE,required,notEmpty"`
	AuditTable       string `env:"AUDIT_TABLE,required,notEmpty"`
	SettingsTable    string `env:"SETTINGS_TABLE,required,notEmpty"`
	// RequestsQueueURL is where what the owner waits for goes.
	RequestsQueueURL string `env:"REQUESTS_QUEUE_URL,required,notEmpty"`
	// BackgroundQueueURL is where the deletion of a claimed secret goes.
	BackgroundQueueURL string `env:"BACKGROUND_QUEUE_URL,required,notEmpty"`
}
