// Command function is what the runtime's tests run: it does what its event says.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type event struct {
	Do string // one of the cases below
	// Get is fetched first, if set; its answer is the function's.
	Get string
	// Size is how many bytes to answer, Code what to exit with.
	Size, Code int
	Text       string
}

func main() {
	if path := os.Getenv("COUNT"); path != "" { // a byte for each start
		f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err == nil {
			_, err = f.WriteString(".")
		}
		if err != nil {
			fmt.Println(err)
			os.Exit(9)
		}
	}
	switch os.Getenv("INIT") {
	case "exit":
		os.Exit(3)
	case "report":
		url := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/init/error"
		_, err := http.Post(url, "application/json", strings.NewReader(`{"errorType":"Config.Missing","errorMessage":"no table"}`))
		fmt.Println(err)
		select {}
	}
	if url := os.Getenv("GOODBYE"); url != "" {
		lambda.StartWithOptions(do, lambda.WithEnableSIGTERM(func() { _, _ = http.Get(url) }))
	}
	lambda.Start(do)
}

func do(ctx context.Context, e event) (any, error) {
	if e.Get != "" {
		answer, err := http.Get(e.Get)
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			return nil, err
		}
		return string(text), nil
	}
	switch e.Do {
	case "environment":
		return os.Environ(), nil
	case "context":
		lc, _ := lambdacontext.FromContext(ctx)
		deadline, _ := ctx.Deadline()
		dir, _ := os.Getwd()
		return map[string]any{
			"id": lc.AwsRequestID, "arn": lc.InvokedFunctionArn, "deadline": deadline.UnixMilli(), "now": time.Now().UnixMilli(), "dir": dir,
			"trace": ctx.Value("x-amzn-trace-id"),
		}, nil
	case "pid":
		return os.Getpid(), nil
	case "hang":
		select {}
	case "error":
		return nil, errors.New(e.Text)
	case "panic":
		panic(e.Text)
	case "exit":
		os.Exit(e.Code)
	case "answer":
		return strings.Repeat("x", e.Size-2), nil // and two quotes
	case "half":
		return io.MultiReader(strings.NewReader(`"half`), torn{}), nil
	case "print":
		fmt.Print(e.Text)
		fmt.Fprintln(os.Stderr, "and this")
		fmt.Print("unfinished")
	}
	return nil, nil
}

// torn is a reader that fails.
type torn struct{}

func (torn) Read([]byte) (int, error) { return 0, errors.New("torn") }
