package contract_test

import (
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"

	localaws "github.com/apppass/apppass/infra/local/aws"
	"github.com/apppass/apppass/infra/local/aws/contract"
	"github.com/apppass/apppass/infra/local/clock"
)

func TestTheEmulatorKeepsTheContractOfSecretsManager(t *testing.T) {
	contract.SecretsManager(t, emulator(t))
}

func TestTheEmulatorKeepsTheContractOfSQS(t *testing.T) { contract.SQS(t, emulator(t)) }

func TestMotoKeepsTheContractOfSecretsManager(t *testing.T) {
	contract.SecretsManager(t, moto(t),
		contract.KnownFault{Behaviour: "a string and bytes at once are refused", Why: "it keeps both"},
		contract.KnownFault{Behaviour: "a bad name is refused", Why: "it takes any name"},
		contract.KnownFault{Behaviour: "64 KB is the largest value", Why: "it takes any size"},
		contract.KnownFault{Behaviour: "a deleted secret is out of reach in its recovery window", Why: "PutSecretValue revives it"},
		contract.KnownFault{Behaviour: "lists are paged and filtered by the beginning of names", Why: "a bad NextToken is an internal error"},
	)
}

func TestMotoKeepsTheContractOfSQS(t *testing.T) {
	contract.SQS(t, moto(t),
		contract.KnownFault{Behaviour: "a bad name or attribute is refused", Why: "it takes any attribute"},
		contract.KnownFault{Behaviour: "queues are listed by prefix and page", Why: "it lists all on one page"},
		contract.KnownFault{Behaviour: "only a message in flight changes its visibility", Why: "it changes visible ones too"},
		contract.KnownFault{Behaviour: "a message received too often is in the dead-letter queue", Why: "DeadLetterQueueSourceArn is missing"},
		contract.KnownFault{Behaviour: "a dead-letter queue must exist", Why: "it calls the queue missing, and fails on a bad policy"},
		contract.KnownFault{Behaviour: "a batch is sent entry by entry", Why: "SenderFault is a string, which the SDK can't read"},
		contract.KnownFault{Behaviour: "1 MiB is the largest message", Why: "attributes don't count"},
		contract.KnownFault{Behaviour: "a message needs a valid body", Why: "it takes any body"},
		contract.KnownFault{Behaviour: "bad message attributes are refused", Why: "it takes reserved and malformed names"},
		contract.KnownFault{Behaviour: "receive parameters have bounds", Why: "it takes negative timeouts and unknown attributes"},
		contract.KnownFault{Behaviour: "a purge empties a queue, once a minute", Why: "it purges again at once"},
	)
}

// The endpoint in APPPASS_CONTRACT_ENDPOINT is asked with the environment's own credentials and region; "aws" is AWS itself.
func TestTheEndpointOfTheEnvironmentKeepsTheContracts(t *testing.T) {
	endpoint := os.Getenv("APPPASS_CONTRACT_ENDPOINT")
	if endpoint == "" {
		t.Log("APPPASS_CONTRACT_ENDPOINT is not set: nothing more to check")
		return
	}
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if endpoint != "aws" {
		cfg.BaseEndpoint = &endpoint
	}
	contract.SecretsManager(t, cfg)
	contract.SQS(t, cfg)
}

func emulator(t *testing.T) aws.Config {
	t.Helper()
	cloud, err := localaws.New(localaws.Options{Clock: clock.New(0)})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(cloud)
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	return at(server.URL)
}

func at(endpoint string) aws.Config {
	return aws.Config{
		Region: localaws.Region, BaseEndpoint: &endpoint,
		Credentials: credentials.NewStaticCredentialsProvider(localaws.AccessKeyID, localaws.SecretAccessKey, ""),
	}
}

// moto starts a server of its own for the test.
func moto(t *testing.T) aws.Config {
	t.Helper()
	program, err := exec.LookPath("moto_server")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("moto_server is not in PATH; pip install 'moto[server]'")
		}
		t.Skip("moto_server is not in PATH")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	server := exec.Command(program, "-H", "127.0.0.1", "-p", port)
	server.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // the program may be a wrapper: its children end with it
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Kill(-server.Process.Pid, syscall.SIGKILL); err != nil {
			t.Error(err)
		}
		_ = server.Wait() // it says that it was killed
	})
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			_ = conn.Close()
			return at("http://" + address)
		}
		if time.Now().After(deadline) {
			t.Fatalf("moto_server does not answer: %v", err)
		}
	}
}
