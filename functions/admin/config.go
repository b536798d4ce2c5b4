package main

// Config is the function's environment.
type Config struct {
	// SettingsTable and AuditTable are names of tables.
	SettingsTable string `env:"SETTINGS_TABLE,required,notEmpty"`
	AuditTable    string `env:"AUDIT_TABLE,required,notEmpty"`
}
