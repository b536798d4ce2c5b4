package job

// The kinds about people who leave, change or come back.
const (
	// Account looks what Slack says of a person, as that may have changed; it has no arguments.
	Account Kind = "account"
	// Decide is an admin's answer about somebody who is held or was cut off; its arguments are [DecideArgs].
	Decide Kind = "decide"
	// Reconcile holds a page of the workspace's people against those who have app passwords; its arguments are [ReconcileArgs].
	Reconcile Kind = "reconcile"
	// GoOn is an admin's answer about a reconciliation that has stopped; its arguments are [GoOnArgs].
	GoOn Kind = "go_on"
)

// DecideArgs is what a [Decide] needs.
type DecideArgs struct {
	Person string `json:"person"` // about whom: the job's own person is the admin
	// Generation is that of the gate about which was asked: an answer about another is none.
	Generation int  `json:"generation"`
	Admit      bool `json:"admit"` // else they are cut off
}

// ReconcileArgs is what a [Reconcile] needs.
type ReconcileArgs struct {
	Run  string `json:"run"`  // names the reconciliation: the date, "2026-11-25"
	Page int    `json:"page"` // from 0
	// Cursor is Slack's, of the page; empty: the first one.
	Cursor string `json:"cursor,omitempty"`
}

// GoOnArgs is what a [GoOn] needs.
type GoOnArgs struct {
	Run  string `json:"run"`
	GoOn bool   `json:"go_on"` // else they are left as they are
	// From is how many of the people are dealt with already.
	From int `json:"from,omitempty"`
}
