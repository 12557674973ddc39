local jwt = require "jwt"
local base64 = require "base64"

-- The examples of RFC 7515, appendix A: one payload, signed in three ways. It expired at
-- 1300819380.
local payload = '{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}'
local claims = {iss = "joe", exp = 1300819380, ["http://example.com/is_root"] = true}

local hs256 = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9" ..
  ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ" ..
  ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
local secret_key = base64.url_decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")

local rs256 = "eyJhbGciOiJSUzI1NiJ9" ..
  ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ" ..
  ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5juj" ..
  "Gbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K" ..
  "0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6L" ..
  "bgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
local rsa_private = [[
-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCh+BYK4uPJtGXO
jS1lYmM2K5J9vinh8CR3/BYlzJChNuOL2TSXxbbqY913EeZ8dCn5VrD7io8ImtxL
aYk8wTM/U+3QGbh3hCUv7JFP5IV3aVlL6kKA0ywPVb9ilE8TA5a8bpvfbr3SvaNn
juygxmj3AbONv/s4yDQs4v5tJ/reSlpIdJed1LnPmt7Ex1sFhSwsD174pcF1A5L5
ROjtZMEQxrZHYJqkeDrrnGya11UxMFBji4NmXG9veoKjlnAqH2QbgtPr8jkiGUkf
toaHLFcW9Qr4NY2ai50Xw0Byj3+H2JoY2PyrZ62EWQwuz3WTOTY8BwNNb2BvniHg
VFbK5emhAgMBAAECggEAEq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyW
PEAeP88vLNO97IjlA7/GQ5sLKMgvfTeXZx9SE+7YwVol2NXOoAJe46sui395IW/G
O+pWJ1O0BkTGoVEn2bKVRUCgu+GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzj
kn439X0M/V51gfpRLI9JYanrC4D4qAdGcopV/0ZHHzQlBjudU2QvXt4ehNYTCBr6
XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl/x/jTj3ccPDVZFD9pIuhLhBOneufuBiB
4cS98l2SR/RQyGWSeWjnczT0QU91p1DhOVRuOopznQKBgQDgHMQQ60imZV1URk0K
pLttoLhyt3SmqdEf/kgHePDdtzEafpAu+cS191R2JiuoF2yzWXnwFDcqGigp5BNr
0AHQfD8/Lk8l1Mk09jxxCfui5nYooNyac8YFjm3vItzVCVDnEd3BbVWG8qf6deqE
lMGAg+C2V0L4oNXnP7LZcPAZRwKBgQC5A8R+CZW2MvRTLLHzwZkUXV866cff7tx6
kqa0finGG0KgeqlaZPxgCZnFp7AeAcCMtiynVlJ7vMVgePsLq6XtON4tB5kP9jAP
rq3rbAOal78eUH5OcED6eNuCV8ixEu1eWcPNCS/l1OW1EnXUEoEHKl54Xrrz2uNw
kgMTP1FZ1wKBgAcCn1dwJKufzBWQxWQp1vsM5fggqPN1qGb5y0MAk3g7/Ls5bkUp
5u9SN0Ai3Ya6hNnvWJMb7sXQX6U/zyO2M/hTip7tUeh7CXgwo59dkpN75gJLVds2
9+DAncu3KXU4f2Fa+7bLNrur53k8KwPOq2bbuTG69QtV7Jr5MR0AHWKNAoGBAIf/
evpitUf+4JYbLpvNXWcY052Mpz22aR84mY3nh3F2LF2mjMJDpTg7FmuyPcVw6EcG
yoAe9fa65iNqCq+jdw6PVNGo2hxfjSiZ8IIzHdsPXI89//pMjZcQK9r+CCoRjaZj
OYiIDktVWZzmevJuv6WywUqd57LE3Zar3dLSIkx1AoGAIYd7DHOhrWvxkwPQsRM2
tOgrjbcrfvtQJipd+DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd/QJQ3
ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp/gh6A56
03k2+ZQwVK0JKSHuLFkuQ3U=
-----END PRIVATE KEY-----]]
local rsa_public = [[
-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAofgWCuLjybRlzo0tZWJj
NiuSfb4p4fAkd/wWJcyQoTbji9k0l8W26mPddxHmfHQp+Vaw+4qPCJrcS2mJPMEz
P1Pt0Bm4d4QlL+yRT+SFd2lZS+pCgNMsD1W/YpRPEwOWvG6b32690r2jZ47soMZo
9wGzjb/7OMg0LOL+bSf63kpaSHSXndS5z5rexMdbBYUsLA9e+KXBdQOS+UTo7WTB
EMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxX
FvUK+DWNmoudF8NAco9/h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXp
oQIDAQAB
-----END PUBLIC KEY-----]]

local es256 = "eyJhbGciOiJFUzI1NiJ9" ..
  ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ" ..
  ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
local ec_private = [[
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL+YBIff
H1136cspYG6+0iY7X1fCE9+E9LKhRANCAAR/zc4ncPbEXUGDy+5v20t7WAczNXvp
7xO6z248e9FURcfxRM0bvZt+hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt
-----END PRIVATE KEY-----]]
local ec_public = [[
-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7
6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==
-----END PUBLIC KEY-----]]

local before_it_expired = 1300819379

test("RFC 7515 A.1, HS256", function()
  clock(before_it_expired)
  local found, header = jwt.verify(hs256, secret_key)
  equal(found, claims)
  equal(header, {typ = "JWT", alg = "HS256"})
end)

test("RFC 7515 A.2, RS256: made and verified", function()
  clock(before_it_expired)
  equal(jwt.make(payload, rsa_private, {alg = "RS256", header = {typ = false}}), rs256)
  equal(jwt.verify(rs256, rsa_public), claims)
end)

test("RFC 7515 A.3, ES256: verified, and what is made is", function()
  clock(before_it_expired)
  equal(jwt.verify(es256, ec_public), claims)
  local made = jwt.make(payload, ec_private, {alg = "ES256"})
  equal(jwt.verify(made, ec_public, {alg = "ES256"}), claims)
end)

test("RFC 7519 3.1, read without a key", function()
  local found, header = jwt.read(hs256)
  equal(found, claims)
  equal(header.typ, "JWT")
end)

test("what is made is read and verified again", function()
  local mine = {sub = "ann", n = 7, roles = {"a", "b"}, deep = {x = true}}
  for _, alg in ipairs{"HS256", "HS384", "HS512"} do
    local token = jwt.make(mine, "key", {alg = alg, header = {kid = "1"}})
    local found, header = jwt.verify(token, "key", {alg = alg})
    equal(found, mine)
    equal(header, {typ = "JWT", alg = alg, kid = "1"})
  end
  equal(jwt.make({}, "key"), "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.9EmJDfAi6fqc_FoO3yD77spdi7QZX-s9VzN89vOaOp0")
end)

test("a wrong signature, key or algorithm", function()
  clock(before_it_expired)
  local function refused(reason, ...)
    local found, why = jwt.verify(...)
    equal(found, nil)
    equal(why, reason)
  end
  refused("jwt: wrong signature", hs256, "another key")
  refused("jwt: wrong signature", string.sub(hs256, 1, -2) .. "g", secret_key)
  refused("jwt: wrong signature", string.gsub(rs256, "cC4h", "dC4h"), rsa_public)
  refused("jwt: wrong signature", string.gsub(es256, "DtEh", "EtEh"), ec_public)
  refused("jwt: signed with HS256", hs256, rsa_public, {alg = "RS256"})
  refused("jwt: unknown algorithm none", base64.url_encode('{"alg":"none"}') .. ".e30.", "key")
end)

test("a token that is not good now", function()
  clock(1300819380)
  local found, why = jwt.verify(hs256, secret_key)
  equal(found, nil)
  equal(why, "jwt: expired")
  local later = jwt.make({nbf = 1300819381}, "key")
  equal(select(2, jwt.verify(later, "key")), "jwt: not valid yet")
  clock(1300819381)
  equal(jwt.verify(later, "key"), {nbf = 1300819381})
end)

test("what is no token", function()
  for text, reason in pairs{
    [""] = "jwt: not of three parts", ["a.b"] = "jwt: not of three parts", ["a.b.c.d"] = "jwt: not of three parts",
    ["a.e30.c"] = "jwt: the header is no JSON object", ["e30.!.c"] = "jwt: not of three parts",
    ["e30.NQ.c"] = "jwt: the payload is no JSON object",
  } do
    local found, why = jwt.read(text)
    equal(found, nil)
    equal(why, reason)
  end
  raises(function() jwt.make({}, "key", {alg = "HS1"}) end, "jwt: unknown algorithm HS1")
end)
