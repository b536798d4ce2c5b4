package main

import "time"

// Config is the function's environment.
type Config struct {
	// Names of tables.
	CredentialsTable string `env:"CREDENTIALS_TABLE,required,notEmpty"`
	VerifiersTable   string `env:"VERIFIERS_TABLE,required,notEmpty"`
	EphemeralTable   string `env:"EPHEMERAL_TABLE,required,notEmpty"`
	SettingsTable    string `env:"SETTINGS_TABLE,required,notEmpty"`
	AuditTable       string `env:"AUDIT_TABLE,required,notEmpty"`
	// RequestsQueueURL and BackgroundQueueURL are the queues that it serves; jobs of its own go into the second.
	RequestsQueueURL   string `env:"REQUESTS_QUEUE_URL,required,notEmpty"`
	BackgroundQueueURL string `env:"BACKGROUND_QUEUE_URL,required,notEmpty"`
	// LastReceive is the requests queue's maxReceiveCount: after so many deliveries a job goes to the dead letters.
	LastReceive int `env:"LAST_RECEIVE,required,notEmpty"`
	// PepperSecret and BotTokenSecret are ARNs of secrets; SecretPrefix is what the names of sealed passwords begin with.
	PepperSecret   string `env:"PEPPER_SECRET,required,notEmpty"`
	BotTokenSecret string `env:"BOT_TOKEN_SECRET,required,notEmpty"`
	SecretPrefix   string `env:"SECRET_PREFIX,required,notEmpty"`
	// LinkBase is the address under which people reach the reveal function, without a slash at the end.
	LinkBase string `env:"LINK_BASE,required,notEmpty"`
	// SlackTeam is the id of the one workspace that is served; SlackAPIURL and SlackHooksHost are Slack's own addresses.
	SlackTeam      string `env:"SLACK_TEAM,required,notEmpty"`
	SlackAPIURL    string `env:"SLACK_API_URL,required,notEmpty"`
	SlackHooksHost string `env:"SLACK_HOOKS_HOST,required,notEmpty"`
	// FirstAdmin is the Slack user id of who administers while no admin is stored; empty: nobody.
	FirstAdmin string `env:"FIRST_ADMIN"`
	// EmailDomains are the company's, separated by commas; none means any.
	EmailDomains []string `env:"EMAIL_DOMAINS"`
	// PasswordPrefixes are those of the company's app passwords, separated by commas, the present one first.
	PasswordPrefixes []string `env:"PASSWORD_PREFIXES,required,notEmpty"`
}

// lease is how long a job is taken for: longer than the function's timeout in template.yaml.
const lease = time.Minute
