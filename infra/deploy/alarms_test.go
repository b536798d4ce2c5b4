package deploy

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/shared/use/seal"
)

type alarm struct {
	AlarmActions     []any
	Threshold        float64
	TreatMissingData string
	metric
	Metrics []struct {
		MetricStat struct{ Metric metric }
	}
}

type metric struct {
	Namespace  any
	MetricName string
	Dimensions []struct {
		Name  string
		Value any
	}
}

// watched is what a metric tells of which resource: "Errors SlackFunction".
func (m metric) watched() string {
	if m.own() {
		return m.MetricName
	}
	if len(m.Dimensions) != 1 {
		return ""
	}
	return m.MetricName + " " + means(m.Dimensions[0].Value)
}

// own reports a metric of the stack's own, that a filter makes of what a function logs.
func (m metric) own() bool {
	return cmp.Equal(m.Namespace, any(map[string]any{"Ref": "AWS::StackName"}))
}

// dimensions is how AWS names what a metric is about: by Ref, or by an attribute. With anything else an alarm waits for ever.
var dimensions = map[string]struct{ name, attribute string }{
	"AWS/Lambda":     {"FunctionName", ""},
	"AWS/SQS":        {"QueueName", "QueueName"},
	"AWS/ApiGateway": {"ApiId", ""},
}

// exists reports whether AWS has a metric with these dimensions.
func (m metric) exists() bool {
	space, _ := m.Namespace.(string)
	d := dimensions[space]
	if len(m.Dimensions) != 1 || m.Dimensions[0].Name != d.name {
		return false
	}
	id := means(m.Dimensions[0].Value)
	value := map[string]any{"Ref": id}
	if d.attribute != "" {
		value = map[string]any{"Fn::GetAtt": []any{id, d.attribute}}
	}
	return cmp.Equal(m.Dimensions[0].Value, any(value))
}

func TestAlarms(t *testing.T) {
	s := written(t)
	watched := map[string]bool{}
	for id, a := range all[alarm](t, s, "AWS::CloudWatch::Alarm") {
		metrics := []metric{a.metric}
		if len(a.Metrics) > 0 {
			metrics = nil
		}
		for _, m := range a.Metrics {
			if m.MetricStat.Metric.MetricName != "" {
				metrics = append(metrics, m.MetricStat.Metric)
			}
		}
		for _, m := range metrics {
			watched[m.watched()] = true
			if !m.own() && !m.exists() {
				t.Errorf("%s: no metric of %s has the dimensions %v", id, m.Namespace, m.Dimensions)
			}
		}
		// Nothing to tell is well, but for the function that must run every minute.
		missing := "notBreaching"
		if a.MetricName == "Invocations" {
			missing = "breaching"
		}
		if len(a.AlarmActions) != 1 || means(a.AlarmActions[0]) != "Alarms" || a.Threshold < 1 || a.TreatMissingData != missing {
			t.Errorf("%s tells %v at %v, and takes missing data as %s", id, a.AlarmActions, a.Threshold, a.TreatMissingData)
		}
	}
	want := map[string]bool{"ApproximateAgeOfOldestMessage RequestsQueue": true, "AuditBroken": true}
	for id, f := range functions(t, s) {
		want["Errors "+id], want["Throttles "+id] = true, true
		for _, e := range f.Events {
			if e.Type == "ScheduleV2" {
				want["Invocations "+id] = true
			}
		}
	}
	for id, q := range all[queue](t, s, "AWS::SQS::Queue") {
		if q.RedrivePolicy == nil {
			want["ApproximateNumberOfMessagesVisible "+id] = true
		}
	}
	for id := range all[struct{}](t, s, "AWS::Serverless::HttpApi") {
		want["5xx "+id] = true
	}
	if got, want := slices.Sorted(maps.Keys(watched)), slices.Sorted(maps.Keys(want)); !slices.Equal(got, want) {
		t.Errorf("there are alarms on\n%q\nwant\n%q", got, want)
	}
}

// What the sweep logs of a broken seal is what the filter looks for, and what the alarm counts.
func TestABrokenAuditIsTold(t *testing.T) {
	s := written(t)
	filters := all[struct {
		LogGroupName          any
		FilterPattern         string
		MetricTransformations []struct {
			MetricNamespace         any
			MetricName, MetricValue string
		}
	}](t, s, "AWS::Logs::MetricFilter")
	if len(filters) != 1 {
		t.Errorf("%d filters, want one", len(filters))
	}
	for id, f := range filters {
		if want := `{ $.message = "` + seal.BrokenEvent + `" }`; means(f.LogGroupName) != "SweepLogs" || f.FilterPattern != want {
			t.Errorf("%s looks in %v for %s, want %s", id, f.LogGroupName, f.FilterPattern, want)
		}
		if m := f.MetricTransformations; len(m) != 1 || m[0].MetricName != "AuditBroken" || m[0].MetricValue != "1" || !(metric{Namespace: m[0].MetricNamespace}).own() {
			t.Errorf("%s counts %+v", id, m)
		}
	}
}

func TestAlarmsReachTheOperatorWhoGaveAnAddress(t *testing.T) {
	s := written(t)
	for id, p := range all[struct{ TopicArn, Protocol, Endpoint any }](t, s, "AWS::SNS::Subscription") {
		if means(p.TopicArn) != "Alarms" || p.Protocol != "email" || means(p.Endpoint) != "AlarmEmail" || s.Resources[id].Condition != "HasAlarmEmail" {
			t.Errorf("%s: %v, if %s", id, p, s.Resources[id].Condition)
		}
	}
}
