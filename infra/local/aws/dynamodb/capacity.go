package dynamodb

import (
	"maps"
	"slices"
)

// What a unit of capacity is, in bytes.
const (
	readUnit  = 4 << 10
	writeUnit = 1 << 10
)

// meter adds up what a request consumes, by table.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
type meter struct {
	want   string // NONE, TOTAL or INDEXES
	tables map[string]*usage
}

type usage struct {
	table   float64
	indexes map[string]float64
}

// newMeter checks what a request wants to be told.
func newMeter(want string) (*meter, error) {
	return &meter{want, map[string]*usage{}}, oneOf("returnConsumedCapacity", want, "NONE", "TOTAL", "INDEXES")
}

func (m *meter) of(t *table) *usage {
	u, ok := m.tables[t.Name]
	if !ok {
		u = &usage{indexes: map[string]float64{}}
		m.tables[t.Name] = u
	}
	return u
}

// read counts size bytes read together: half for an eventually consistent read, double (factor 2) in a transaction.
func (m *meter) read(t *table, i *index, size int, factor float64) {
	n := units(size, readUnit) * factor
	if i != nil {
		m.of(t).indexes[i.Name] += n
		return
	}
	m.of(t).table += n
}

// write counts a change; factor is 2 in a transaction. Indexes follow a transaction like any write.
func (m *meter) write(c *change, factor float64) {
	u := m.of(c.table)
	u.table += units(max(c.old.size, c.new.size), writeUnit) * factor
	for _, mv := range c.moves {
		if mv.from == mv.to {
			u.indexes[mv.index.Name] += units(max(mv.old.size, mv.new.size), writeUnit)
			continue
		}
		for _, r := range []row{mv.old, mv.new} {
			if r.size > 0 {
				u.indexes[mv.index.Name] += units(r.size, writeUnit)
			}
		}
	}
}

// units is the units for that many bytes; at least one.
func units(size, unit int) float64 { return float64(max(1, (size+unit-1)/unit)) }

type (
	// consumed is the API's ConsumedCapacity.
	consumed struct {
		TableName string
		capacity
		Table                  *capacity           `json:",omitempty"`
		GlobalSecondaryIndexes map[string]capacity `json:",omitempty"`
	}
	capacity struct {
		CapacityUnits      float64
		ReadCapacityUnits  float64 `json:",omitempty"`
		WriteCapacityUnits float64 `json:",omitempty"`
	}
	// capacityOf makes a capacity of units; transactions tell reads and writes apart.
	capacityOf func(units float64) capacity
)

func plain(n float64) capacity      { return capacity{CapacityUnits: n} }
func readUnits(n float64) capacity  { return capacity{CapacityUnits: n, ReadCapacityUnits: n} }
func writeUnits(n float64) capacity { return capacity{CapacityUnits: n, WriteCapacityUnits: n} }

// report is the answer's ConsumedCapacity, by the names of the tables; nil if the request did not want it.
func (m *meter) report(as capacityOf) []consumed {
	if m.want != "TOTAL" && m.want != "INDEXES" {
		return nil
	}
	all := []consumed{}
	for _, name := range slices.Sorted(maps.Keys(m.tables)) {
		u := m.tables[name]
		sum := u.table
		c := consumed{TableName: name}
		for index, n := range u.indexes {
			sum += n
			if m.want == "INDEXES" {
				if c.GlobalSecondaryIndexes == nil {
					c.GlobalSecondaryIndexes = map[string]capacity{}
				}
				c.GlobalSecondaryIndexes[index] = as(n)
			}
		}
		c.capacity = as(sum)
		if m.want == "INDEXES" {
			own := as(u.table)
			c.Table = &own
		}
		all = append(all, c)
	}
	return all
}

// one is the report of a request about one table.
func (m *meter) one() *consumed {
	if all := m.report(plain); len(all) > 0 {
		return &all[0]
	}
	return nil
}
