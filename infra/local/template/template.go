// Package template reads the repository's SAM template, the one source of what runs locally: functions, routes,
// environments, queues, tables, secrets and schedules.
//
// # What is understood
//
// Parameters (String and Number, with defaults and their checks), Globals (Function and HttpApi), Conditions (Equals, Not,
// And, Or, Condition), Ref, GetAtt, Sub in both forms, If, Join, and the pseudo parameters, in the long and the short form.
// Whatever else could change what runs stops the load with file, line and name: an unknown function, resource type or
// property, a reference to nothing, a value out of its bounds. All faults are reported together, in the order of lines.
//
// # Local identities
//
// What AWS would invent is made from names, so that two loads agree: the region is us-east-1, the account 000000000000, the
// stack `apppass`, and a resource without a name of its own is `apppass-` and its logical id in lower case. A queue's URL and
// an HTTP API's ApiEndpoint are the local listeners' addresses ([Endpoints]).
//
// # What may be changed here
//
// A new property or resource type belongs into the file of its kind; say in the reader whether it acts locally or is
// ignored. Never ignore one that changes what a function sees.
package template

import (
	"fmt"
	"os"
	"time"
)

// Endpoints are the local listeners' base addresses, without a slash at the end.
type Endpoints struct {
	AWS  string // where AWS answers: the base of queue URLs
	HTTP string // where the HTTP APIs answer: their ApiEndpoint
}

// Template is what a stack of this template consists of, in the order of the file.
type Template struct {
	Parameters []Parameter
	Functions  []Function
	Tables     []Table
	Queues     []Queue
	Secrets    []Secret
	APIs       []API
	Outputs    []Output
}

// Parameter is a parameter and the value it has in this load. A value with NoEcho is not to be shown.
type Parameter struct {
	Name   string
	Value  string
	NoEcho bool
}

// Output is a value that the stack shows.
type Output struct {
	Name  string
	Value string
}

// Function is an AWS::Serverless::Function.
type Function struct {
	LogicalID    string
	Name         string // FunctionName, else apppass-<logical id>
	CodeURI      string // the folder that is deployed, as written
	Handler      string
	Runtime      string
	Architecture string // "x86_64" or "arm64"
	Environment  map[string]string
	Timeout      time.Duration
	MemorySize   int // MB
	// ReservedConcurrency is how many invocations may overlap; -1 without a limit of its own, 0: none may run.
	ReservedConcurrency int
	// AsyncRetries is how often an asynchronous invocation that failed is made again.
	AsyncRetries int
	Routes       []Route
	Queues       []QueueEvent
	Schedules    []Schedule
	Policies     []Statement
}

// Route is one route of an HTTP API. Locally all APIs are one address.
type Route struct {
	API     string // the API's logical id
	Method  string // "GET", …, or "ANY"
	Path    string // "/r/{page+}"
	Timeout time.Duration
	// Throttle is the route's own, else its API's default; nil: none.
	Throttle *Throttle
}

// Throttle is a token bucket: Burst requests at once, Rate more a second.
type Throttle struct {
	Rate  float64
	Burst int
}

// QueueEvent is an event source mapping from a queue.
type QueueEvent struct {
	Queue                   string // the queue's logical id
	BatchSize               int
	Window                  time.Duration
	MaxConcurrency          int // 0: no limit
	ReportBatchItemFailures bool
	Enabled                 bool
}

// Schedule fires its function by a rate, cron or at expression.
type Schedule struct {
	Name       string
	Expression string
	Timezone   string // IANA name, "UTC" by default
	Input      string // JSON; empty: the service's own event
	Enabled    bool
	// Rule says that it is a rule of EventBridge (Schedule), not a schedule of EventBridge Scheduler (ScheduleV2).
	Rule bool
}

// Statement is one inline policy statement, its resources as ARNs.
type Statement struct {
	Sid       string
	Effect    string
	Action    []string
	Resource  []string
	Condition map[string]map[string][]string // operator, key, values
}

// Table is an AWS::DynamoDB::Table.
type Table struct {
	LogicalID           string
	Name                string
	Keys                Keys
	Attributes          []Attribute
	Indexes             []Index
	TTLAttribute        string // empty: no TTL
	PointInTimeRecovery bool
	DeletionProtection  bool
}

// Keys names the key attributes; Sort is empty where there is none.
type Keys struct {
	Partition string
	Sort      string
}

// Attribute is a key attribute and its type: "S", "N" or "B".
type Attribute struct {
	Name string
	Type string
}

// Index is a global secondary index.
type Index struct {
	Name       string
	Keys       Keys
	Projection string // "ALL", "KEYS_ONLY" or "INCLUDE"
	NonKey     []string
}

// Queue is an AWS::SQS::Queue. A duration that the template leaves out has SQS's default.
type Queue struct {
	LogicalID         string
	Name              string
	URL               string
	ARN               string
	VisibilityTimeout time.Duration
	Delay             time.Duration
	Retention         time.Duration
	ReceiveWait       time.Duration
	MaximumSize       int         // bytes; 0: SQS's default
	DeadLetter        *DeadLetter // nil: none
}

// DeadLetter is where a message goes after MaxReceiveCount receipts.
type DeadLetter struct {
	Queue           string // logical id
	MaxReceiveCount int
}

// Secret is an AWS::SecretsManager::Secret. At most one of Generate and SecretString is set; a secret with neither is made
// without a value.
type Secret struct {
	LogicalID    string
	Name         string
	ARN          string // what Ref gives
	Generate     *GenerateSecretString
	SecretString *string
}

// GenerateSecretString is how CloudFormation makes a secret's first value. With Key the random string stands under that key
// in the JSON object Template, else it is the whole value.
type GenerateSecretString struct {
	Template           string
	Key                string
	Length             int
	ExcludeCharacters  string
	ExcludePunctuation bool
	ExcludeNumbers     bool
	ExcludeUppercase   bool
	ExcludeLowercase   bool
	IncludeSpace       bool
	// RequireEachType asks for one character at least of each type that is not excluded.
	RequireEachType bool
}

// API is an AWS::Serverless::HttpApi.
type API struct {
	LogicalID string
	Name      string
	ID        string
	CORS      *CORS // nil: none
	IAM       bool  // each of its routes wants a request that an IAM identity has signed
}

// CORS is an HTTP API's own answer to cross-origin requests.
type CORS struct {
	AllowOrigins     []string
	AllowMethods     []string
	AllowHeaders     []string
	ExposeHeaders    []string
	AllowCredentials bool
	MaxAge           int // seconds; 0: not sent
}

// Load reads the template at path. parameters overrides the defaults; one that the template does not declare is an error.
func Load(path string, parameters map[string]string, e Endpoints) (*Template, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	return parse(path, text, parameters, e)
}
