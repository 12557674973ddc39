package testsite

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// graphRequest is what is posted to /graphql.
type graphRequest struct {
	Query     string         `json:"query"`
	Operation string         `json:"operationName"`
	Variables map[string]any `json:"variables"`
}

// graphReply is the answer: one of both, or a data with what could be had.
type graphReply struct {
	Data   map[string]any `json:"data"`
	Errors []graphError   `json:"errors,omitempty"`
}

type graphError struct {
	Message string `json:"message"`
	Path    []any  `json:"path,omitempty"`
}

// serveGraphQL speaks GraphQL over HTTP with this schema; what goes wrong with a document
// or a field is told in errors, with status 200, as many servers do:
//
//	query    item(id: Int) {id name price stock}
//	         search(text: String) {total items {…}}
//	         me {user}                                 whose token it is
//	mutation addToCart(item: Int) {count}              needs the cookie or a token
func (s *Shop) serveGraphQL(w http.ResponseWriter, r *http.Request) {
	var body graphRequest
	if r.Method != http.MethodPost {
		writeError(w, http.StatusMethodNotAllowed, "POST")
		return
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		writeError(w, http.StatusBadRequest, "the body is not {query, operationName, variables}")
		return
	}
	operation, err := body.operation()
	if err != nil {
		writeJSON(w, http.StatusOK, graphReply{Errors: []graphError{{Message: err.Error()}}})
		return
	}
	reply := graphReply{Data: make(map[string]any)}
	for _, f := range operation.fields {
		value, err := s.graphField(w, r, f)
		if err != nil {
			reply.Errors = append(reply.Errors, graphError{err.Error(), []any{f.name}})
			value = nil
		}
		reply.Data[f.name] = value
	}
	writeJSON(w, http.StatusOK, reply)
}

// operation is the one that is to be done.
func (g *graphRequest) operation() (*graphOperation, error) {
	operations, err := parseGraphQL(g.Query, g.Variables)
	if err != nil {
		return nil, err
	}
	if g.Operation == "" && len(operations) > 1 {
		return nil, errors.New("operationName is needed: the document has several operations")
	}
	for i := range operations {
		if g.Operation == "" || operations[i].name == g.Operation {
			return &operations[i], nil
		}
	}
	return nil, fmt.Errorf("unknown operation %q", g.Operation)
}

func (s *Shop) graphField(w http.ResponseWriter, r *http.Request, f graphField) (any, error) {
	switch f.name {
	case "item":
		id, _ := f.args["id"].(float64)
		text, ok := s.items.item(strconv.Itoa(int(id)))
		if !ok {
			return nil, errors.New("no such item")
		}
		return selected(text, f)
	case "search":
		text, _ := f.args["text"].(string)
		return selected(s.items.search(text), f)
	case "me":
		user := s.bearer(r)
		if user == "" {
			return nil, errors.New("no valid token")
		}
		return selected([]byte(`{"user":`+strconv.Quote(user)+`}`), f)
	case "addToCart":
		item, _ := f.args["item"].(float64)
		return s.graphAdd(w, r, int(item), f)
	}
	return nil, fmt.Errorf("cannot query field %q", f.name)
}

func (s *Shop) graphAdd(w http.ResponseWriter, r *http.Request, item int, f graphField) (any, error) {
	id := s.sessionOf(w, r)
	if id == "" {
		return nil, errors.New("no session and no token")
	}
	if _, ok := s.items.item(strconv.Itoa(item)); !ok {
		return nil, errors.New("no such item")
	}
	count, err := s.visitors.add(id, item)
	if err != nil {
		return nil, err
	}
	return selected([]byte(`{"count":`+strconv.Itoa(count)+`}`), f)
}

// selected is what the fields of f have of a JSON text.
func selected(text []byte, f graphField) (any, error) {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return nil, fmt.Errorf("decode %s: %w", f.name, err)
	}
	return pick(value, f)
}

func pick(value any, f graphField) (any, error) {
	switch value := value.(type) {
	case []any:
		for i := range value {
			picked, err := pick(value[i], f)
			if err != nil {
				return nil, err
			}
			value[i] = picked
		}
		return value, nil
	case map[string]any:
		if len(f.fields) == 0 {
			return nil, fmt.Errorf("field %q must have a selection of subfields", f.name)
		}
		picked := make(map[string]any, len(f.fields))
		for _, want := range f.fields {
			have, ok := value[want.name]
			if !ok {
				return nil, fmt.Errorf("cannot query field %q of %q", want.name, f.name)
			}
			var err error
			if picked[want.name], err = pick(have, want); err != nil {
				return nil, err
			}
		}
		return picked, nil
	}
	return value, nil
}
