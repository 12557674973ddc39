package modules

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// FIPS 180 for the hashes, RFC 2202 and RFC 4231 for HMAC.
func TestHashes(t *testing.T) {
	run(t, []vector{
		{`crypto.md5("abc")`, "900150983cd24fb0d6963f7d28e17f72"},
		{`crypto.sha1("abc")`, "a9993e364706816aba3e25717850c26c9cd0d89d"},
		{`crypto.sha256("abc")`, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{`crypto.sha384("abc")`, "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"},
		{`crypto.sha512("abc")`, "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
		{`crypto.sha256("")`, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{`hex.encode(crypto.md5("abc", true)), crypto.md5("abc", false)`, "900150983cd24fb0d6963f7d28e17f72 | 900150983cd24fb0d6963f7d28e17f72"},
		{`crypto.hmac("md5", ("\11"):rep(16), "Hi There")`, "9294727a3638bb1c13f48ef8158bfc9d"},
		{`crypto.hmac("sha1", ("\11"):rep(20), "Hi There")`, "b617318655057264e28bc0b6fb378c8ef146be00"},
		{`crypto.hmac("md5", "Jefe", "what do ya want for nothing?")`, "750c783e6ab0b503eaa86e310a5db738"},
		{`crypto.hmac("sha1", "Jefe", "what do ya want for nothing?")`, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
		{`crypto.hmac("sha256", ("\11"):rep(20), "Hi There")`, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
		{`crypto.hmac("sha384", ("\11"):rep(20), "Hi There")`, "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6"},
		{`crypto.hmac("sha512", ("\11"):rep(20), "Hi There")`, "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"},
		{`hex.encode(crypto.hmac("sha256", ("\170"):rep(131), "Test Using Larger Than Block-Size Key - Hash Key First", true))`, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
		{`crypto.hmac("sha256", "", "")`, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"},
		{`crypto.equal("a", "a"), crypto.equal("a", "b"), crypto.equal("a", "aa"), crypto.equal("", "")`, "true | false | false | true"},
		{`#crypto.random_bytes(16), crypto.random_bytes(16) ~= crypto.random_bytes(16), crypto.random_bytes(0)`, "16 | true | "},
	})
	refuse(t, []vector{
		{`crypto.sha256()`, "crypto.sha256: argument 1 (text) is nil, not a string"},
		{`crypto.sha256("", "raw")`, "crypto.sha256: argument 2 (raw) is a string, not true or false"},
		{`crypto.hmac("sha3", "k", "t")`, `crypto.hmac: argument 1 (algorithm) is "sha3", not one of: md5, sha1, sha256, sha384, sha512`},
		{`crypto.hmac("sha1", nil, "t")`, "crypto.hmac: argument 2 (key) is nil, not a string"},
		{`crypto.random_bytes(1e9)`, "crypto.random_bytes: argument 1 (n) is 1000000000, not between 0 and 1048576"},
		{`crypto.random_bytes(1.5)`, "crypto.random_bytes: argument 1 (n) is 1.5, not a whole number"},
	})
}

func fromBase64(t *testing.T, text string) *big.Int {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return new(big.Int).SetBytes(b)
}

// The keys of RFC 7515, A.2 and A.3.
func rfcRSA(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{E: 65537, N: fromBase64(t, "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ")},
		D:         fromBase64(t, "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ"),
		Primes: []*big.Int{
			fromBase64(t, "4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc"),
			fromBase64(t, "uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc"),
		},
	}
	key.Precompute()
	if err := key.Validate(); err != nil {
		t.Fatal(err)
	}
	return key
}

func rfcECDSA(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), fromBase64(t, "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI").FillBytes(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func pemText(t *testing.T, kind string, der []byte, err error) lua.LString {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return lua.LString(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

const claims = ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

func TestSignatures(t *testing.T) {
	L, _ := newState(t)
	rsaKey, ecKey := rfcRSA(t), rfcECDSA(t)
	der, err := x509.MarshalPKCS8PrivateKey(rsaKey)
	L.SetGlobal("rsa8", pemText(t, "PRIVATE KEY", der, err))
	L.SetGlobal("rsa1", pemText(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey), nil))
	der, err = x509.MarshalPKIXPublicKey(&rsaKey.PublicKey)
	L.SetGlobal("rsa_public", pemText(t, "PUBLIC KEY", der, err))
	L.SetGlobal("rsa1_public", pemText(t, "RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&rsaKey.PublicKey), nil))
	der, err = x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1)}, &x509.Certificate{}, &rsaKey.PublicKey, rsaKey)
	L.SetGlobal("certificate", pemText(t, "CERTIFICATE", der, err))
	der, err = x509.MarshalECPrivateKey(ecKey)
	L.SetGlobal("ec", "before\n-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"+pemText(t, "EC PRIVATE KEY", der, err))
	der, err = x509.MarshalPKCS8PrivateKey(ecKey)
	L.SetGlobal("ec8", pemText(t, "PRIVATE KEY", der, err))
	der, err = x509.MarshalPKIXPublicKey(&ecKey.PublicKey)
	L.SetGlobal("ec_public", pemText(t, "PUBLIC KEY", der, err))
	L.SetGlobal("rs256", lua.LString("eyJhbGciOiJSUzI1NiJ9"+claims))
	L.SetGlobal("rs256_signature", lua.LString("cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"))
	L.SetGlobal("es256", lua.LString("eyJhbGciOiJFUzI1NiJ9"+claims))
	L.SetGlobal("es256_signature", lua.LString("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"))
	for _, v := range []vector{
		{`base64.url_encode(crypto.rsa_sign("sha256", rsa8, rs256)) == rs256_signature`, "true"},
		{`base64.url_encode(crypto.rsa_sign("sha256", rsa1, rs256, {padding = "pkcs1"})) == rs256_signature`, "true"},
		{`crypto.rsa_verify("sha256", rsa_public, rs256, base64.url_decode(rs256_signature)), crypto.rsa_verify("sha256", rsa1_public, rs256, base64.url_decode(rs256_signature)), crypto.rsa_verify("sha256", certificate, rs256, base64.url_decode(rs256_signature)), crypto.rsa_verify("sha256", rsa1, rs256, base64.url_decode(rs256_signature))`, "true | true | true | true"},
		{`crypto.rsa_verify("sha256", rsa_public, rs256 .. "x", base64.url_decode(rs256_signature)), crypto.rsa_verify("sha1", rsa_public, rs256, base64.url_decode(rs256_signature)), crypto.rsa_verify("sha256", rsa_public, rs256, "x"), crypto.rsa_verify("sha256", rsa_public, rs256, base64.url_decode(rs256_signature), {padding = "pss"})`, "false | false | false | false"},
		{`crypto.rsa_verify("sha512", rsa_public, "t", crypto.rsa_sign("sha512", rsa8, "t", {padding = "pss"}), {padding = "pss"}), crypto.rsa_sign("sha512", rsa8, "t", {padding = "pss"}) ~= crypto.rsa_sign("sha512", rsa8, "t", {padding = "pss"})`, "true | true"},
		{`crypto.ecdsa_verify("sha256", ec_public, es256, base64.url_decode(es256_signature), {format = "raw"})`, "true"},
		{`crypto.ecdsa_verify("sha256", ec_public, es256, base64.url_decode(es256_signature)), crypto.ecdsa_verify("sha256", ec_public, es256 .. "x", base64.url_decode(es256_signature), {format = "raw"}), crypto.ecdsa_verify("sha256", ec_public, "t", "", {format = "raw"}), crypto.ecdsa_verify("sha256", ec_public, "t", ("\0"):rep(64), {format = "raw"})`, "false | false | false | false"},
		{`#crypto.ecdsa_sign("sha256", ec, "t", {format = "raw"}), crypto.ecdsa_verify("sha256", ec_public, "t", crypto.ecdsa_sign("sha256", ec, "t", {format = "raw"}), {format = "raw"})`, "64 | true"},
		{`crypto.ecdsa_verify("sha384", ec, "t", crypto.ecdsa_sign("sha384", ec8, "t")), crypto.ecdsa_verify("sha256", ec, "t", crypto.ecdsa_sign("sha384", ec8, "t"))`, "true | false"},
	} {
		if got, err := results(L, v.expr); err != nil || got != v.want {
			t.Errorf("%s\n gives %s, %v\n want  %s", v.expr, got, err, v.want)
		}
	}
}

// JWT's PS256 wants a salt as long as the hash (RFC 7518, 3.5).
func TestSaltOfPSS(t *testing.T) {
	L, _ := newState(t)
	key := rfcRSA(t)
	L.SetGlobal("key", pemText(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key), nil))
	signature, err := results(L, `crypto.rsa_sign("sha256", key, "text", {padding = "pss"})`)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte("text"))
	if err := rsa.VerifyPSS(&key.PublicKey, crypto.SHA256, sum[:], []byte(signature), &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}); err != nil {
		t.Error(err)
	}
}

// What is wrong with a key is said without showing it.
func TestKeysRefused(t *testing.T) {
	der, err := x509.MarshalECPrivateKey(rfcECDSA(t))
	ec := string(pemText(t, "EC PRIVATE KEY", der, err))
	refuse(t, []vector{
		{`crypto.rsa_sign("sha256", "hunter2", "t")`, "crypto.rsa_sign: argument 2 (key) is no key as PEM"},
		{`crypto.rsa_sign("sha256", ("` + `-----BEGIN X-----\nc2VjcmV0\n-----END X-----\n` + `"):gsub("X", "PRIVATE KEY"), "t")`, "crypto.rsa_sign: argument 2 (key) cannot be read: it is damaged, encrypted, or of an unknown kind"},
		{`crypto.rsa_sign("sha256", ("` + `-----BEGIN X-----\nc2VjcmV0\n-----END X-----\n` + `"):gsub("X", "ENCRYPTED PRIVATE KEY"), "t")`, "encrypted"},
		{`crypto.rsa_sign("sha256", ("x"):rep(70000), "t")`, "!crypto.rsa_sign: argument 2 (key) is longer than 65536 bytes"},
		{`crypto.rsa_sign("sha256", [[` + ec + `]], "t")`, "crypto.rsa_sign: argument 2 (key) is not an RSA private key"},
		{`crypto.rsa_verify("sha256", [[` + ec + `]], "t", "s")`, "crypto.rsa_verify: argument 2 (key) is not an RSA key"},
		{`crypto.ecdsa_sign("md4", [[` + ec + `]], "t")`, `crypto.ecdsa_sign: argument 1 (algorithm) is "md4"`},
		{`crypto.ecdsa_sign("sha256", [[` + ec + `]], "t", {format = "der"})`, `crypto.ecdsa_sign: format is "der", not one of: asn1, raw`},
	})
}
