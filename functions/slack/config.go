package main

// Config is the function's environment.
type Config struct {
	// Names of tables.
	CredentialsTable string `env:"CREDENTIALS_TABLE,required,notEmpty"`
	EphemeralTable   string `env:"EPHEMERAL_TABLE,required,notEmpty"`
	SettingsTable    string `env:"SETTINGS_TABLE,required,notEmpty"`
	// RequestsQueueURL is where jobs go for which somebody waits.
	RequestsQueueURL string `env:"REQUESTS_QUEUE_URL,required,notEmpty"`
	// SigningSecret and BotTokenSecret are ARNs of secrets.
	SigningSecret  string `env:"SIGNING_SECRET,required,notEmpty"`
	BotTokenSecret string `env:"BOT_TOKEN_SECRET,required,notEmpty"`
	// SlackTeam is the id of the one workspace that is served.
	SlackTeam string `env:"SLACK_TEAM,required,notEmpty"`
	// SlackAPIURL and SlackHooksHost are Slack's own addresses.
	SlackAPIURL    string `env:"SLACK_API_URL,required,notEmpty"`
	SlackHooksHost string `env:"SLACK_HOOKS_HOST,required,notEmpty"`
	// EmailDomains are the company's, separated by commas; none means any.
	EmailDomains []string `env:"EMAIL_DOMAINS"`
	// PasswordPrefixes are those of the company's app passwords, separated by commas.
	PasswordPrefixes []string `env:"PASSWORD_PREFIXES,required,notEmpty"`
}
