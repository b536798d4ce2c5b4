package main

// Config is the function's environment.
type Config struct {
	// These are names of tables.
	CredentialsTable string `env:"CREDENTIALS_TABLE,required,notEmpty"`
	VerifiersTable   string `env:"VERIFIERS_TABLE,required,notEmpty"`
	EphemeralTable   string `env:"EPHEMERAL_TABLE,required,notEmpty"`
	SettingsTable    string `env:"SETTINGS_TABLE,required,notEmpty"`
	// BackgroundQueueURL is where words to owners wait.
	BackgroundQueueURL string `env:"BACKGROUND_QUEUE_URL,required,notEmpty"`
	// PepperSecret is the ARN of the secret that holds the pepper.
	PepperSecret string `env:"PEPPER_SECRET,required,notEmpty"`
	// Prefixes are those of the company's app passwords, the present one and former ones, separated by commas.
	Prefixes []string `env:"PASSWORD_PREFIXES,required,notEmpty"`
}
