package main

// Config is the function's environment.
type Config struct {
	// VerifiersTable is the name of a table.
	VerifiersTable string `env:"VERIFIERS_TABLE,required,notEmpty"`
	// RequestsQueueURL is the queue into which what was found goes.
	RequestsQueueURL string `env:"REQUESTS_QUEUE_URL,required,notEmpty"`
	// PepperSecret is the ARN of the secret that holds the pepper.
	PepperSecret string `env:"PEPPER_SECRET,required,notEmpty"`
	// Prefixes are those of the company's app passwords, the present one and former ones, separated by commas.
	Prefixes []string `env:"PASSWORD_PREFIXES,required,notEmpty"`
}
