package runtime

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/apppass/apppass/infra/local/template"
)

// reserved is what a function must not set itself, as in
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html. Credentials and region are, locally, the caller's to give.
var reserved = []string{
	"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
	"AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
	"AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR", clockOffset,
}

// clockOffset tells a function, as a Go duration, how far the stack's clock runs ahead of the machine's; it is not there where it doesn't.
const clockOffset = "APPPASS_CLOCK_OFFSET"

func checkEnvironment(env map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(env)) {
		switch {
		case slices.Contains(reserved, name):
			return fmt.Errorf("its environment sets %s, which is reserved", name)
		case name == "" || strings.ContainsAny(name, "=\x00") || strings.Contains(env[name], "\x00"):
			return fmt.Errorf("its environment has the impossible variable %q", name)
		}
	}
	return nil
}

// environment is a process's working directory and whole environment.
func (f *function) environment(p *process) (dir string, env []string) {
	dir = filepath.Dir(f.Binary)
	all := map[string]string{ // what a function may set otherwise
		"AWS_REGION": template.Region,
		"LANG":       "en_US.UTF-8",
		"PATH":       "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
		"TZ":         ":UTC",
	}
	maps.Copy(all, f.Env)
	if f.Env["AWS_DEFAULT_REGION"] == "" {
		all["AWS_DEFAULT_REGION"] = all["AWS_REGION"]
	}
	maps.Copy(all, map[string]string{
		"_HANDLER":                        filepath.Base(f.Binary),
		"AWS_LAMBDA_FUNCTION_NAME":        f.Name,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(f.MemorySize),
		"AWS_LAMBDA_FUNCTION_VERSION":     "$LATEST",
		"AWS_LAMBDA_INITIALIZATION_TYPE":  "on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME":       "/aws/lambda/" + f.Name,
		"AWS_LAMBDA_LOG_STREAM_NAME":      fmt.Sprintf("[$LATEST]%d", p.number),
		"AWS_LAMBDA_RUNTIME_API":          fmt.Sprintf("%s/%s/%d", f.runtime.address, f.Name, p.number),
		"LAMBDA_TASK_ROOT":                dir,
	})
	if p.offset != 0 {
		all[clockOffset] = p.offset.String()
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		env = append(env, name+"="+all[name])
	}
	return dir, env
}

// arn is what the function is invoked as.
func (f *function) arn() string {
	return "arn:aws:lambda:" + template.Region + ":" + template.Account + ":function:" + f.Name
}
