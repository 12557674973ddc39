package modules

// crypto.md5(text [, raw]) → text: in lower-case hex, or as bytes when raw is true
//   crypto.md5("abc")  --> 900150983cd24fb0d6963f7d28e17f72
// crypto.sha1(text [, raw]) → text: as md5
//   crypto.sha1("abc")  --> a9993e364706816aba3e25717850c26c9cd0d89d
// crypto.sha256(text [, raw]) → text: as md5
//   crypto.sha256("abc"):sub(1, 16)  --> ba7816bf8f01cfea
// crypto.sha384(text [, raw]) → text: as md5
//   crypto.sha384("abc"):sub(1, 16)  --> cb00753f45a35e8b
// crypto.sha512(text [, raw]) → text: as md5
//   crypto.sha512("abc"):sub(1, 16)  --> ddaf35a193617aba
// crypto.hmac(algorithm, key, text [, raw]) → text: RFC 2104; algorithm is "md5", "sha1",
//   "sha256", "sha384" or "sha512"; in hex, or as bytes when raw is true
//   crypto.hmac("md5", "Jefe", "what do ya want for nothing?")  --> 750c783e6ab0b503eaa86e310a5db738
// crypto.rsa_sign(algorithm, key, text [, {padding="pkcs1"|"pss"}]) → bytes: key is a private
//   key as PEM (PKCS#1 or PKCS#8); RFC 8017, PKCS1 v1.5 unless padding says otherwise
//   base64.url_encode(crypto.rsa_sign("sha256", secret.RSA_KEY, "text"))
// crypto.rsa_verify(algorithm, key, text, signature [, {padding="pkcs1"|"pss"}]) → boolean: key
//   is a public key, a certificate, or the private key, as PEM
//   crypto.rsa_verify("sha256", public, "text", signature)
// crypto.ecdsa_sign(algorithm, key, text [, {format="asn1"|"raw"}]) → bytes: key is a private
//   key as PEM (SEC 1 or PKCS#8); raw is r and s one behind the other, as in JWT
//   base64.url_encode(crypto.ecdsa_sign("sha256", secret.EC_KEY, "text", {format = "raw"}))
// crypto.ecdsa_verify(algorithm, key, text, signature [, {format="asn1"|"raw"}]) → boolean: key
//   as for rsa_verify, of ECDSA
//   crypto.ecdsa_verify("sha256", public, "text", signature, {format = "raw"})
// crypto.random_bytes(n) → bytes: from the operating system, other ones in each run
//   #hex.encode(crypto.random_bytes(16))  --> 32
// crypto.equal(a, b) → boolean: whether two texts are the same, in a time that does not tell
//   where they differ
//   crypto.equal("abc", "abd")  --> false

import (
	"crypto"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/hex"
	"hash"
	"unsafe"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

// algorithm is a hash function by its name.
type algorithm struct {
	name string
	id   crypto.Hash
	make func() hash.Hash
}

var algorithms = [...]algorithm{
	{"md5", crypto.MD5, md5.New}, {"sha1", crypto.SHA1, sha1.New}, {"sha256", crypto.SHA256, sha256.New},
	{"sha384", crypto.SHA384, sha512.New384}, {"sha512", crypto.SHA512, sha512.New},
}

func cryptoLibrary() *sandbox.Library {
	var keys keyring
	functions := map[string]function{
		"hmac":         cryptoHMAC,
		"rsa_sign":     keys.rsaSign,
		"rsa_verify":   keys.rsaVerify,
		"ecdsa_sign":   keys.ecdsaSign,
		"ecdsa_verify": keys.ecdsaVerify,
		"random_bytes": cryptoRandom,
		"equal": func(a args) int {
			return a.push(lua.LBool(subtle.ConstantTimeCompare([]byte(a.string(1, "a")), []byte(a.string(2, "b"))) == 1))
		},
	}
	for i := range algorithms {
		functions[algorithms[i].name] = func(a args) int {
			h := algorithms[i].make()
			h.Write(bytesOf(a.string(1, "text")))
			return a.digest(h, 2)
		}
	}
	return library("crypto", functions)
}

// bytesOf is s as bytes that must not be changed, without a copy.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// digest gives what h has come to, raw if argument n says so.
func (a args) digest(h hash.Hash, n int) int {
	var sum [64]byte
	raw := h.Sum(sum[:0])
	if a.boolean(n, "raw") {
		return a.text(string(raw))
	}
	var text [128]byte
	return a.text(string(hex.AppendEncode(text[:0], raw)))
}

// algorithm reads the name of a hash function.
func (a args) algorithm(n int) *algorithm {
	name := a.string(n, "algorithm")
	for i := range algorithms {
		if algorithms[i].name == name {
			return &algorithms[i]
		}
	}
	a.bad(n, "algorithm", "is "+quoted(lua.LString(name))+", not one of: md5, sha1, sha256, sha384, sha512")
	return nil
}

func cryptoHMAC(a args) int {
	h := hmac.New(a.algorithm(1).make, bytesOf(a.string(2, "key")))
	h.Write(bytesOf(a.string(3, "text")))
	return a.digest(h, 4)
}

func cryptoRandom(a args) int {
	b := make([]byte, a.integer(1, "n", 0, sandbox.MaxString))
	_, _ = rand.Read(b) // it never fails
	return a.text(string(b))
}
