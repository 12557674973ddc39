package testsite

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

const (
	itemCount   = 500
	defaultSize = 20
	maxSize     = 100
)

// catalogue holds the items for sale as JSON, made once: ids 1 to 500, always the
// same.
type catalogue struct {
	items [itemCount][]byte
	names [itemCount]string
}

func newCatalogue() *catalogue {
	kinds := [...]string{"lamp", "chair", "kettle", "clock", "carpet", "mirror", "shelf", "vase"}
	colours := [...]string{"red", "green", "blue", "white", "black"}
	c := new(catalogue)
	for i := range c.items {
		id := i + 1
		c.names[i] = colours[i%len(colours)] + " " + kinds[i%len(kinds)]
		b := append([]byte(`{"id":`), strconv.Itoa(id)...)
		b = append(b, `,"name":"`...)
		b = append(b, c.names[i]...)
		// A price keeps its two digits: 1.10 must not become 1.1 anywhere.
		b = append(b, `","price":`...)
		b = append(b, strconv.Itoa(5+id%90)+"."+strconv.Itoa(id%9)+"0"...)
		b = append(b, `,"stock":`...)
		b = append(b, strconv.Itoa(id%7*10)+"}"...)
		c.items[i] = b
	}
	return c
}

// item is the item of an id as text; false when there is none.
func (c *catalogue) item(id string) ([]byte, bool) {
	n, err := strconv.Atoi(id)
	if err != nil || n < 1 || n > itemCount {
		return nil, false
	}
	return c.items[n-1], true
}

// page is one page of the list, from page 1; one past the end has no items.
func (c *catalogue) page(page, size int) []byte {
	b := make([]byte, 0, 64+size*64)
	b = append(b, `{"page":`...)
	b = strconv.AppendInt(b, int64(page), 10)
	b = append(b, `,"size":`...)
	b = strconv.AppendInt(b, int64(size), 10)
	b = append(b, `,"total":500,"items":[`...)
	from := min((page-1)*size, itemCount)
	for i, item := range c.items[from:min(from+size, itemCount)] {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, item...)
	}
	return append(b, "]}\n"...)
}

// search is the items whose name has the text, all counted and the first few shown.
func (c *catalogue) search(text string) []byte {
	total := 0
	var found [][]byte
	for i, name := range c.names {
		if !strings.Contains(name, text) {
			continue
		}
		if total++; total <= defaultSize {
			found = append(found, c.items[i])
		}
	}
	query, err := json.Marshal(text)
	if err != nil { // never: any string has a JSON form
		query = []byte(`""`)
	}
	b := append([]byte(`{"query":`), query...)
	b = append(b, `,"total":`...)
	b = strconv.AppendInt(b, int64(total), 10)
	b = append(b, `,"items":[`...)
	b = append(b, bytes.Join(found, []byte(","))...)
	return append(b, "]}\n"...)
}
