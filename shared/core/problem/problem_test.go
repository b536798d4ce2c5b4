package problem_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/apppass/apppass/shared/core/problem"
)

var errGone = problem.New(problem.Gone, "test.gone")

func TestAProblemIsFoundHoweverDeepItIs(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want *problem.Problem
	}{
		{"itself", errGone, errGone},
		{"wrapped", fmt.Errorf("claim: %w", fmt.Errorf("look: %w", errGone)), errGone},
		{"joined", errors.Join(errors.New("x"), errGone), errGone},
		{"the outer of two", fmt.Errorf("%w: %w", errGone, problem.ErrUnavailable), errGone},
		{"passing", problem.Passing("read", errors.New("x")), problem.ErrUnavailable},
		{"no problem", errors.New("x"), problem.ErrInternal},
		{"none", nil, problem.ErrInternal},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := problem.Of(c.err); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestProblemsAreTheirSentinels(t *testing.T) {
	same := problem.New(problem.Gone, "test.gone")
	if !errors.Is(fmt.Errorf("x: %w", errGone), errGone) || errors.Is(errGone, same) {
		t.Error("problems are compared by their words")
	}
	if errGone.Error() != "test.gone" || errGone.Code() != "test.gone" || errGone.Kind() != problem.Gone {
		t.Errorf("got %v, %s, %d", errGone, errGone.Code(), errGone.Kind())
	}
}

func TestPassingKeepsTheCause(t *testing.T) {
	if err := problem.Passing("read", nil); err != nil {
		t.Errorf("of nothing: %v", err)
	}
	err := problem.Passing("read the table", context.DeadlineExceeded)
	if !errors.Is(err, problem.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if want := "read the table: problem.unavailable: context deadline exceeded"; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
}

func TestWhatIsNoProblemIsOurs(t *testing.T) {
	var kind problem.Kind
	if kind != problem.Internal || problem.ErrInternal.Kind() != problem.Internal {
		t.Error("the zero kind is not Internal")
	}
}
