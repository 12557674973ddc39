package testsite

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"sync"
)

// Bounds of the shop's memory; over them the oldest is forgotten.
const (
	maxSessions  = 50_000
	maxOrders    = 100_000
	maxCartItems = 100
)

// firstOrder is the id of the first order.
const firstOrder = 1001

// Password is what every user of the shop logs in with, whatever the name.
const Password = "secret"

// AccountPassword is a user's own password, as a file of accounts has it.
func AccountPassword(user string) string { return sign("password", user)[:10] }

func passwordFits(user, password string) bool {
	return user != "" && (password == Password || password == AccountPassword(user))
}

// session is what a cookie stands for.
type session struct {
	id   string
	user string // empty: nobody is logged in
	cart []int
}

// order is a bought cart.
type order struct {
	ID    int64  `json:"id"`
	User  string `json:"user"`
	Items []int  `json:"items"`
	State string `json:"state"` // paid, packed, then done: one further at each look
}

// visitors are the sessions and orders of a shop.
type visitors struct {
	mu        sync.Mutex // guards all below
	sessions  map[string]*session
	oldest    []string // ids in order of age, as a ring once it is full
	opened    int64    // sessions so far
	orders    []order  // ring of the last maxOrders
	nextOrder int64
}

func newVisitors() *visitors {
	return &visitors{sessions: make(map[string]*session), nextOrder: firstOrder}
}

// open is the session of id, or a new one when id names none.
func (v *visitors) open(id string) (found string, isNew bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, ok := v.sessions[id]; ok {
		return id, false
	}
	s := &session{id: "s" + strconv.FormatInt(v.opened+1, 10) + "-" + sign("session", strconv.FormatInt(v.opened, 10))}
	if at := int(v.opened % maxSessions); at < len(v.oldest) {
		delete(v.sessions, v.oldest[at])
		v.oldest[at] = s.id
	} else {
		v.oldest = append(v.oldest, s.id)
	}
	v.opened++
	v.sessions[s.id] = s
	return s.id, true
}

// known says whether id names a session.
func (v *visitors) known(id string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.sessions[id] != nil
}

// login makes user the owner of a session.
func (v *visitors) login(id, user string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if s := v.sessions[id]; s != nil {
		s.user = user
	}
}

// user is who is logged in with a session; empty for nobody.
func (v *visitors) user(id string) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	if s := v.sessions[id]; s != nil {
		return s.user
	}
	return ""
}

// cart is a copy of a session's cart.
func (v *visitors) cart(id string) []int {
	v.mu.Lock()
	defer v.mu.Unlock()
	if s := v.sessions[id]; s != nil {
		return append([]int{}, s.cart...)
	}
	return []int{}
}

// add puts an item into a session's cart and returns how many are in it now; a full
// cart is an error.
func (v *visitors) add(id string, item int) (int, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	s := v.sessions[id]
	if s == nil {
		return 0, errors.New("no such session")
	}
	if len(s.cart) >= maxCartItems {
		return 0, errors.New("the cart is full")
	}
	s.cart = append(s.cart, item)
	return len(s.cart), nil
}

// checkout makes an order of a session's cart and empties it; an empty cart is an error.
func (v *visitors) checkout(id, user string) (order, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	s := v.sessions[id]
	if s == nil || len(s.cart) == 0 {
		return order{}, errors.New("the cart is empty")
	}
	o := order{ID: v.nextOrder, User: user, Items: s.cart, State: "paid"}
	if at := int(o.ID-firstOrder) % maxOrders; at < len(v.orders) {
		v.orders[at] = o
	} else {
		v.orders = append(v.orders, o)
	}
	v.nextOrder++
	s.cart = nil
	return o, nil
}

// look is an order as it is now; looking moves it on: paid, packed, done.
func (v *visitors) look(id int64) (order, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if id < firstOrder || id >= v.nextOrder {
		return order{}, false
	}
	o := &v.orders[int(id-firstOrder)%maxOrders]
	if o.ID != id {
		return order{}, false
	}
	seen := *o
	switch o.State {
	case "paid":
		o.State = "packed"
	case "packed":
		o.State = "done"
	}
	return seen, true
}

// Token is what the shop gives a user who logs in, and what its bearer pages take.
func Token(user string) string { return user + "." + sign("token", user) }

// tokenUser is whose token it is; false when it is nobody's.
func tokenUser(token string) (string, bool) {
	i := strings.LastIndexByte(token, '.')
	if i <= 0 || token[i+1:] != sign("token", token[:i]) {
		return "", false
	}
	return token[:i], true
}

// csrf is the token of a session's forms.
func csrf(session string) string { return sign("csrf", session) }

// sign makes tokens that need no memory and are the same in every run. Nothing here
// guards anything: the shop is a target for tests.
func sign(purpose, text string) string {
	mac := hmac.New(sha256.New, []byte("locust-http test site: "+purpose))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil)[:12])
}
