package main

// Config is the function's environment.
type Config struct {
	// CredentialsTable is the name of a table.
	CredentialsTable string `env:"CREDENTIALS_TABLE,required,notEmpty"`
	// BackgroundQueueURL is where the worker's jobs wait.
	BackgroundQueueURL string `env:"BACKGROUND_QUEUE_URL,required,notEmpty"`
	// SlackTeam is the id of the workspace, "T…".
	SlackTeam string `env:"SLACK_TEAM,required,notEmpty"`
}
