package contract_test

import (
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/apppass/apppass/infra/local/aws/contract"
)

func TestTheEmulatorKeepsTheContractOfDynamoDB(t *testing.T) { contract.DynamoDB(t, emulator(t)) }

func TestMotoKeepsTheContractOfDynamoDB(t *testing.T) {
	contract.DynamoDB(t, moto(t),
		contract.KnownFault{Behaviour: "32 levels are the deepest item", Why: "it takes more"},
		contract.KnownFault{Behaviour: "400 KB is the largest item", Why: "it counts more for the same item"},
		contract.KnownFault{Behaviour: "AND binds stronger than OR, and NOT stronger than AND", Why: "NOT NOT is an internal error"},
		contract.KnownFault{Behaviour: "a bad projection is refused", Why: "it takes overlapping paths, undefined placeholders and bad indexes, and fails on the rest"},
		contract.KnownFault{Behaviour: "a bad query is refused", Why: "it takes unused values, limit 0 and filters on keys; a missing index is a ResourceNotFoundException"},
		contract.KnownFault{Behaviour: "a bad starting key is refused", Why: "it takes or fails on any"},
		contract.KnownFault{Behaviour: "a batch reads 1 to 100 keys, each once", Why: "it takes too many keys, none, and bad ones"},
		contract.KnownFault{Behaviour: "a batch writes 1 to 25 items, each once", Why: "it takes none, duplicates, and fails on an empty request"},
		contract.KnownFault{Behaviour: "a key has a largest size", Why: "it checks puts only"},
		contract.KnownFault{Behaviour: "a key text is not empty", Why: "it takes empty binaries, and empty keys of deletes"},
		contract.KnownFault{Behaviour: "a malformed condition is refused", Why: "it fails on most, and takes many"},
		contract.KnownFault{Behaviour: "a malformed key condition is refused", Why: "it fails on most, and takes many"},
		contract.KnownFault{Behaviour: "a malformed update is refused", Why: "it makes an item all the same"},
		contract.KnownFault{Behaviour: "a projection leaves what it names", Why: "of two elements of a list it leaves one"},
		contract.KnownFault{Behaviour: "a query can count only, and project", Why: "it ignores Select"},
		contract.KnownFault{Behaviour: "a query costs what it reads together", Why: "it costs by the item"},
		contract.KnownFault{Behaviour: "a query finds by key conditions, in order", Why: "a value can't stand before its key"},
		contract.KnownFault{Behaviour: "a repeated token does nothing again", Why: "it ignores tokens"},
		contract.KnownFault{Behaviour: "a set has elements, and each once", Why: "it takes empty and repeating sets"},
		contract.KnownFault{Behaviour: "a token is bound to its transaction", Why: "it ignores tokens"},
		contract.KnownFault{Behaviour: "a transaction has 1 to 100 actions", Why: "it takes none"},
		contract.KnownFault{Behaviour: "a transaction has at most 4 MB", Why: "it counts more for the same items"},
		contract.KnownFault{Behaviour: "a transactional read answers in the order of its keys", Why: "it ignores projections, and takes a key twice"},
		contract.KnownFault{Behaviour: "an impossible update cancels its transaction", Why: "it is a ValidationException"},
		contract.KnownFault{Behaviour: "an index's starting key has the keys of both", Why: "it takes or fails on any"},
		contract.KnownFault{Behaviour: "an index has the attributes projected into it", Why: "it takes projections of what the index lacks"},
		contract.KnownFault{Behaviour: "an item is in a transaction once", Why: "an action without any kind is an internal error"},
		contract.KnownFault{Behaviour: "an item needs its keys, of their types", Why: "it does not check the keys of reads and deletes"},
		contract.KnownFault{Behaviour: "an update answers with what is asked for", Why: "it answers whole attributes, and keys of what it made"},
		contract.KnownFault{Behaviour: "an update makes an item that is not there", Why: "DELETE is an internal error"},
		contract.KnownFault{Behaviour: "an update that can't be done changes nothing", Why: "it does some, and loses digits"},
		contract.KnownFault{Behaviour: "conditions are decided as documented", Why: "begins_with and contains don't know binaries"},
		contract.KnownFault{Behaviour: "keys must be defined, and definitions used", Why: "it does not check the order of keys, nor names"},
		contract.KnownFault{Behaviour: "numbers are exact to 38 digits and come back normalised", Why: "they come back as they were sent"},
		contract.KnownFault{Behaviour: "numbers out of range are refused", Why: "it takes any number of digits, and large numbers"},
		contract.KnownFault{Behaviour: "pages end with a key, also at the exact end", Why: "the exact end has none"},
		contract.KnownFault{Behaviour: "placeholders are used and defined", Why: "it takes unused values, and fails on bad names"},
		contract.KnownFault{Behaviour: "reads cost by 4 KB, half if not consistent", Why: "everything costs half a unit"},
		contract.KnownFault{Behaviour: "sort keys are ordered by their bytes or as numbers", Why: "numbers come back as they were sent"},
		contract.KnownFault{Behaviour: "tables are listed by page", Why: "the first name behind one that is no table is lost"},
		contract.KnownFault{Behaviour: "time to live is set once, and told", Why: "it is enabled twice"},
		contract.KnownFault{Behaviour: "transactions cost double", Why: "it tells nothing or too little"},
		contract.KnownFault{Behaviour: "transactions keep each other out", Why: "of two at the same time one is lost"},
		contract.KnownFault{Behaviour: "updates do what they say", Why: "a NULL is lost, and elements behind the end are appended in the order of the text"},
		contract.KnownFault{Behaviour: "writes cost by 1 KB, and for each index", Why: "everything costs one unit"},
	)
}

func TestTheEndpointOfTheEnvironmentKeepsTheContractOfDynamoDB(t *testing.T) {
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
	contract.DynamoDB(t, cfg)
}
