package main

// Config is the function's environment.
type Config struct {
	// VerifiersTable and SettingsTable are names of tables.
	VerifiersTable string `env:"VERIFIERS_TABLE,required,notEmpty"`
	SettingsTable  string `env:"SETTINGS_TABLE,required,notEmpty"`
	// PepperSecret is the ARN of the secret that holds the pepper.
	PepperSecret string `env:"PEPPER_SECRET,required,notEmpty"`
	// Prefixes are those of the company's app passwords, the present one and former ones, separated by commas.
	Prefixes []string `env:"PASSWORD_PREFIXES,required,notEmpty"`
}
