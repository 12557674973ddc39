package modules

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"math/big"

	lua "github.com/yuin/gopher-lua"
)

// keyring keeps parsed keys by their PEM text.
type keyring struct{ parsed cache[any] }

// Bounds of keys.
const (
	maxPEM     = 64 << 10 // bytes
	maxRSABits = 8192
	costOfKey  = 16 << 10 // bytes, about
)

var errKey = errors.New("is no key as PEM")

// key reads a key: *rsa.PrivateKey, *rsa.PublicKey, *ecdsa.PrivateKey or *ecdsa.PublicKey.
// What is wrong with it is said without showing it.
func (k *keyring) key(a args, n int) any {
	text := a.string(n, "key")
	if key, ok := k.parsed.get(text); ok {
		return key
	}
	if len(text) > maxPEM {
		a.exceeded("argument %d (key) is longer than %d bytes", n, maxPEM)
	}
	key, err := parsePEM([]byte(text))
	if err != nil {
		a.bad(n, "key", err.Error())
	}
	k.parsed.add(text, key, costOfKey+len(text))
	return key
}

// parsePEM is the first key, or the key of the first certificate, in text.
func parsePEM(text []byte) (any, error) {
	for {
		block, rest := pem.Decode(text)
		if block == nil {
			return nil, errKey
		}
		if key, known := parseBlock(block); known {
			return usable(key)
		}
		text = rest // EC PARAMETERS and the like
	}
}

// parseBlock reads one block; known says that it should have held a key.
func parseBlock(block *pem.Block) (key any, known bool) {
	switch block.Type {
	case "PRIVATE KEY":
		key, _ = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		if k, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
			key = k
		}
	case "EC PRIVATE KEY":
		if k, err := x509.ParseECPrivateKey(block.Bytes); err == nil {
			key = k
		}
	case "PUBLIC KEY":
		key, _ = x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		if k, err := x509.ParsePKCS1PublicKey(block.Bytes); err == nil {
			key = k
		}
	case "CERTIFICATE":
		if c, err := x509.ParseCertificate(block.Bytes); err == nil {
			key = c.PublicKey
		}
	case "ENCRYPTED PRIVATE KEY":
	default:
		return nil, false
	}
	return key, true
}

func usable(key any) (any, error) {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return k, bits(k.N)
	case *rsa.PublicKey:
		return k, bits(k.N)
	case *ecdsa.PrivateKey, *ecdsa.PublicKey:
		return k, nil
	case nil:
		return nil, errors.New("cannot be read: it is damaged, encrypted, or of an unknown kind")
	}
	return nil, errors.New("is neither RSA nor ECDSA")
}

func bits(n *big.Int) error {
	if n.BitLen() > maxRSABits {
		return errors.New("has more than 8192 bits")
	}
	return nil
}

func (k *keyring) rsaPrivate(a args) *rsa.PrivateKey {
	key, ok := k.key(a, 2).(*rsa.PrivateKey)
	if !ok {
		a.bad(2, "key", "is not an RSA private key")
	}
	return key
}

func (k *keyring) rsaPublic(a args) *rsa.PublicKey {
	switch key := k.key(a, 2).(type) {
	case *rsa.PublicKey:
		return key
	case *rsa.PrivateKey:
		return &key.PublicKey
	}
	a.bad(2, "key", "is not an RSA key")
	return nil
}

func (k *keyring) ecdsaPrivate(a args) *ecdsa.PrivateKey {
	key, ok := k.key(a, 2).(*ecdsa.PrivateKey)
	if !ok {
		a.bad(2, "key", "is not an ECDSA private key")
	}
	return key
}

func (k *keyring) ecdsaPublic(a args) *ecdsa.PublicKey {
	switch key := k.key(a, 2).(type) {
	case *ecdsa.PublicKey:
		return key
	case *ecdsa.PrivateKey:
		return &key.PublicKey
	}
	a.bad(2, "key", "is not an ECDSA key")
	return nil
}

// hashed is the digest of argument 3 by the algorithm of argument 1.
func (a args) hashed() (crypto.Hash, []byte) {
	algorithm := a.algorithm(1)
	h := algorithm.make()
	h.Write(bytesOf(a.string(3, "text")))
	return algorithm.id, h.Sum(nil)
}

func (k *keyring) rsaSign(a args) int {
	key := k.rsaPrivate(a)
	id, sum := a.hashed()
	var signature []byte
	var err error
	if a.word(a.options(4, "padding"), "padding", "pkcs1", "pss") == "pss" {
		signature, err = rsa.SignPSS(rand.Reader, key, id, sum, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
	} else {
		signature, err = rsa.SignPKCS1v15(nil, key, id, sum)
	}
	if err != nil {
		a.fail("cannot sign: %v", err)
	}
	return a.text(string(signature))
}

func (k *keyring) rsaVerify(a args) int {
	key := k.rsaPublic(a)
	id, sum := a.hashed()
	signature := []byte(a.string(4, "signature"))
	var err error
	if a.word(a.options(5, "padding"), "padding", "pkcs1", "pss") == "pss" {
		err = rsa.VerifyPSS(key, id, sum, signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthAuto})
	} else {
		err = rsa.VerifyPKCS1v15(key, id, sum, signature)
	}
	return a.push(lua.LBool(err == nil))
}

func (k *keyring) ecdsaSign(a args) int {
	key := k.ecdsaPrivate(a)
	_, sum := a.hashed()
	signature, err := ecdsa.SignASN1(rand.Reader, key, sum)
	if err == nil && a.word(a.options(4, "format"), "format", "asn1", "raw") == "raw" {
		signature, err = rawSignature(signature, halfOf(&key.PublicKey))
	}
	if err != nil {
		a.fail("cannot sign: %v", err)
	}
	return a.text(string(signature))
}

func (k *keyring) ecdsaVerify(a args) int {
	key := k.ecdsaPublic(a)
	_, sum := a.hashed()
	signature := []byte(a.string(4, "signature"))
	if a.word(a.options(5, "format"), "format", "asn1", "raw") == "raw" {
		half := halfOf(key)
		if len(signature) != 2*half {
			return a.push(lua.LFalse)
		}
		pair := halves{new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])}
		var err error
		if signature, err = asn1.Marshal(pair); err != nil {
			return a.push(lua.LFalse)
		}
	}
	return a.push(lua.LBool(ecdsa.VerifyASN1(key, sum, signature)))
}

// halves is an ECDSA signature.
type halves struct{ R, S *big.Int }

// halfOf is the length of r and of s in bytes.
func halfOf(key *ecdsa.PublicKey) int { return (key.Curve.Params().BitSize + 7) / 8 }

// rawSignature is r and s one behind the other (RFC 7518, 3.4).
func rawSignature(der []byte, half int) ([]byte, error) {
	var pair halves
	if _, err := asn1.Unmarshal(der, &pair); err != nil {
		return nil, err
	}
	raw := make([]byte, 2*half)
	pair.R.FillBytes(raw[:half])
	pair.S.FillBytes(raw[half:])
	return raw, nil
}
