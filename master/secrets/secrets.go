// Package secrets keeps the values of {{secret.NAME}} on a master's disk, sealed: two
// files in a folder that is nobody's but the master's, both with mode 0600.
//
//	secrets.key     the key, 32 random bytes in hex, made when the first value is set
//	secrets.sealed  all names and values, sealed with AES-256-GCM
//
// That keeps values out of backups, of git and of a look over the shoulder; it does not
// keep them from somebody who may read both files.
package secrets

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/locust-http/locust-http/master/texts"
)

// Bounds of a store.
const (
	MaxValue = 64 << 10  // bytes of one value
	MaxName  = 100       // bytes of a name
	MaxCount = 1_000     // secrets
	maxFile  = 128 << 20 // above what MaxCount values of MaxValue take
)

// The files.
const (
	keyFile    = "secrets.key"
	sealedFile = "secrets.sealed"
	// head begins the sealed file, and is sealed with it: what it is, and its version.
	head = "locust-http secrets 1\n"
)

// Errors of a store. Test with errors.Is. None of them holds a value.
var (
	ErrNotFound = errors.New("there is no such secret")
	ErrName     = errors.New("not a name for a secret")
	ErrValue    = errors.New("not a value for a secret")
	ErrFull     = fmt.Errorf("there are %d secrets, which is the most", MaxCount)
	// ErrUnreadable: the files are not what this store wrote. They are left as they are.
	ErrUnreadable = errors.New("the stored secrets cannot be opened")
)

// Store is the secrets of one master. Its methods may be called from any goroutine.
// Values are read from disk when they are asked for and are kept nowhere else.
type Store struct {
	root *os.Root
	mu   sync.Mutex // one at a time: a change is read, change, write
}

// Info is a secret in a list: never its value.
type Info struct {
	Name    string
	Changed time.Time
}

// secret is one entry of the sealed file.
type secret struct {
	Value   []byte    `json:"value"` // bytes: JSON text would change what is no UTF-8
	Changed time.Time `json:"changed"`
}

// Open opens the store in a folder, which must be there. It reads and makes no file.
func Open(dir string) (*Store, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the folder of secrets: %w", err)
	}
	return &Store{root: root}, nil
}

// Close closes the folder.
func (s *Store) Close() error { return s.root.Close() }

// CheckName says why name cannot be the name of a secret: a letter or _, then letters,
// digits, _ and -, all ASCII.
func CheckName(name string) error {
	letter := func(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }
	if name == "" || len(name) > MaxName || !letter(name[0]) {
		return fmt.Errorf("%w: it begins with a letter and has at most %d bytes", ErrName, MaxName)
	}
	for i := range len(name) {
		if c := name[i]; !letter(c) && c != '-' && (c < '0' || c > '9') {
			return fmt.Errorf("%w: letters, digits, _ and - make one", ErrName)
		}
	}
	return nil
}

// CheckValue says why value cannot be one.
func CheckValue(value string) error {
	if value == "" || len(value) > MaxValue {
		return fmt.Errorf("%w: it has from 1 to %d bytes", ErrValue, MaxValue)
	}
	return nil
}

// List is all secrets by name.
func (s *Store) List() ([]Info, error) {
	all, err := s.load()
	if err != nil {
		return nil, err
	}
	list := make([]Info, 0, len(all))
	for name, e := range all {
		list = append(list, Info{name, e.Changed})
	}
	slices.SortFunc(list, func(a, b Info) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}

// Values are the values of those of names that have one.
func (s *Store) Values(names []string) (map[string]string, error) {
	values := map[string]string{}
	if len(names) == 0 {
		return values, nil
	}
	all, err := s.load()
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if e, ok := all[name]; ok {
			values[name] = string(e.Value)
		}
	}
	return values, nil
}

// Set gives a secret its value.
func (s *Store) Set(name, value string) error {
	if err := errors.Join(CheckName(name), CheckValue(value)); err != nil {
		return err
	}
	return s.change(func(all map[string]secret) error {
		if _, there := all[name]; !there && len(all) >= MaxCount {
			return ErrFull
		}
		all[name] = secret{[]byte(value), time.Now().UTC()}
		return nil
	})
}

// Delete forgets a secret.
func (s *Store) Delete(name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	return s.change(func(all map[string]secret) error {
		if _, there := all[name]; !there {
			return ErrNotFound
		}
		delete(all, name)
		return nil
	})
}

func (s *Store) change(f func(map[string]secret) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, all, err := s.open()
	if err != nil {
		return err
	}
	if err := f(all); err != nil {
		return err
	}
	if key == nil {
		if key, err = s.newKey(); err != nil {
			return fmt.Errorf("make the key of the secrets: %w", err)
		}
	}
	content, err := seal(key, all)
	if err != nil {
		return fmt.Errorf("seal the secrets: %w", err)
	}
	if err := texts.Replace(s.root, sealedFile, content, 0o600); err != nil {
		return fmt.Errorf("write the secrets: %w", err)
	}
	return nil
}

func (s *Store) load() (map[string]secret, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, all, err := s.open()
	return all, err
}

// open is the key, nil when there is none yet, and what is stored.
func (s *Store) open() (key []byte, all map[string]secret, err error) {
	text, keyErr := s.read(keyFile)
	sealed, err := s.read(sealedFile)
	switch {
	case errors.Is(err, fs.ErrNotExist) && errors.Is(keyErr, fs.ErrNotExist):
		return nil, map[string]secret{}, nil
	case errors.Is(keyErr, fs.ErrNotExist):
		return nil, nil, fmt.Errorf("%w: %s is there and its key %s is missing; put the key back, or take %s away to begin anew", ErrUnreadable, sealedFile, keyFile, sealedFile)
	case keyErr != nil:
		return nil, nil, fmt.Errorf("read the key of the secrets: %w", keyErr)
	}
	if key, keyErr = hex.DecodeString(strings.TrimSpace(string(text))); keyErr != nil || len(key) != 32 {
		return nil, nil, fmt.Errorf("%w: %s is not a key of 64 hex digits", ErrUnreadable, keyFile)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return key, map[string]secret{}, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read the secrets: %w", err)
	}
	all, err = unseal(key, sealed)
	return key, all, err
}

func (s *Store) read(name string) ([]byte, error) {
	f, err := s.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile))
}

func (s *Store) newKey() ([]byte, error) {
	key := make([]byte, 32)
	rand.Read(key) // never fails (crypto/rand, Go 1.24)
	return key, texts.Replace(s.root, keyFile, []byte(hex.EncodeToString(key)+"\n"), 0o600)
}

func gcm(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func seal(key []byte, all map[string]secret) ([]byte, error) {
	box, err := gcm(key)
	if err != nil {
		return nil, err
	}
	plain, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	return box.Seal([]byte(head), nil, plain, []byte(head)), nil
}

func unseal(key, sealed []byte) (map[string]secret, error) {
	box, err := gcm(key)
	if err != nil {
		return nil, err
	}
	content, ours := strings.CutPrefix(string(sealed), head)
	if !ours {
		return nil, fmt.Errorf("%w: %s does not begin as one", ErrUnreadable, sealedFile)
	}
	plain, err := box.Open(nil, nil, []byte(content), []byte(head))
	if err != nil {
		return nil, fmt.Errorf("%w: %s is damaged, or was sealed with another %s; it was left as it is", ErrUnreadable, sealedFile, keyFile)
	}
	all := map[string]secret{}
	if err := json.Unmarshal(plain, &all); err != nil {
		return nil, fmt.Errorf("%w: what is in %s is no list of secrets", ErrUnreadable, sealedFile)
	}
	return all, nil
}
