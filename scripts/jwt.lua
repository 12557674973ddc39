-- JSON Web Tokens (RFC 7519) in compact form (RFC 7515): made, read, verified.
-- Algorithms: HS256 HS384 HS512, whose key is a shared secret, and RS256 RS384 RS512 ES256
-- ES384, whose keys are PEM: private to make a token, public to verify one.

local base64 = require "base64"
local crypto = require "crypto"
local json = require "json"
local time = require "time"

local jwt = {}

local hashes = {["256"] = "sha256", ["384"] = "sha384", ["512"] = "sha512"}

-- split_algorithm is the kind (HS, RS, ES) and the hash of an algorithm's name; nil and the
-- reason when there is no such one.
local function split_algorithm(alg)
  local kind, bits = string.match(tostring(alg), "^([HRE]S)(%d+)$")
  if not kind or not hashes[bits] then return nil, "jwt: unknown algorithm " .. tostring(alg) end
  return kind, hashes[bits]
end

--- jwt.make(claims, key, {alg = "HS256", header = {kid = "…"}}): a signed token. Claims may
--- be a string: a payload that is taken as it is. header adds to {typ = "JWT", alg = alg};
--- false leaves out.
function jwt.make(claims, key, options)
  options = options or {}
  local alg = options.alg or "HS256"
  local kind, hash = split_algorithm(alg)
  if not kind then error(hash, 2) end
  local header = {typ = "JWT", alg = alg}
  for name, value in pairs(options.header or {}) do header[name] = value or nil end
  local payload = type(claims) == "table" and json.encode(claims) or claims
  local signed = base64.url_encode(json.encode(header)) .. "." .. base64.url_encode(payload)
  local signature
  if kind == "HS" then
    signature = crypto.hmac(hash, key, signed, true)
  elseif kind == "RS" then
    signature = crypto.rsa_sign(hash, key, signed)
  else
    signature = crypto.ecdsa_sign(hash, key, signed, {format = "raw"})
  end
  return signed .. "." .. base64.url_encode(signature)
end

-- part is one part of a token, decoded; nil and the reason when it is none.
local function part(text, what)
  local bytes = base64.url_decode(text)
  local value = bytes and json.decode(bytes)
  if type(value) ~= "table" then return nil, "jwt: the " .. what .. " is no JSON object" end
  return value
end

--- jwt.read(token): its claims and its header, without a look at the signature; or nil and
--- the reason.
function jwt.read(token)
  local head, body = string.match(tostring(token), "^([%w_-]+)%.([%w_-]*)%.([%w_-]*)$")
  if not head then return nil, "jwt: not of three parts" end
  local header, reason = part(head, "header")
  if not header then return nil, reason end
  local claims, bad = part(body, "payload")
  if not claims then return nil, bad end
  return claims, header
end

--- jwt.verify(token, key, {alg = "HS256"}): its claims and its header when the signature is
--- right and the token is good now (exp, nbf); else nil and the reason. Without alg the
--- token's own is taken, which says nothing about who made it.
function jwt.verify(token, key, options)
  local claims, header = jwt.read(token)
  if not claims then return nil, header end
  local alg = options and options.alg or header.alg
  if header.alg ~= alg then return nil, "jwt: signed with " .. tostring(header.alg) end
  local kind, hash = split_algorithm(alg)
  if not kind then return nil, hash end
  local signed, signature = string.match(token, "^(.*)%.([^.]*)$")
  signature = base64.url_decode(signature) or ""
  local right
  if kind == "HS" then
    right = crypto.equal(crypto.hmac(hash, key, signed, true), signature)
  elseif kind == "RS" then
    right = crypto.rsa_verify(hash, key, signed, signature)
  else
    right = crypto.ecdsa_verify(hash, key, signed, signature, {format = "raw"})
  end
  if not right then return nil, "jwt: wrong signature" end
  local now = time.now()
  if type(claims.exp) == "number" and now >= claims.exp then return nil, "jwt: expired" end
  if type(claims.nbf) == "number" and now < claims.nbf then return nil, "jwt: not valid yet" end
  return claims, header
end

return jwt
