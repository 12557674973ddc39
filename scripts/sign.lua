-- Signed requests: AWS Signature Version 4, and schemes that sign a text made of the
-- request with an HMAC. A req is what before gets, or a table of the same fields: method,
-- url, path (path and query as they are sent), headers, body.

local base64 = require "base64"
local crypto = require "crypto"
local hex = require "hex"
local time = require "time"
local url = require "url"

local sign = {}

-- decoded is a part of a query as it is meant.
local function decoded(text)
  text = string.gsub(text, "+", " ")
  return url.decode(text) or text
end

-- target is the host, the path and the query of a req.
local function target(req)
  local scheme, rest = string.match(req.url or "", "^(%a[%w+.-]*)://(.*)$")
  local authority = string.match(rest or "", "^[^/?#]*") or ""
  local host = string.lower((string.gsub(authority, "^.*@", "")))
  local standard = scheme == "https" and ":443" or ":80"
  if string.sub(host, -#standard) == standard then host = string.sub(host, 1, -#standard - 1) end
  local whole = req.path or string.match(rest or "", "^[^/?#]*([^#]*)") or ""
  local path, query = string.match(whole, "^([^?]*)%??(.*)$")
  return host, path == "" and "/" or path, query
end

-- canonical_query is a query with its parts encoded alike and in order.
local function canonical_query(query)
  local parts = {}
  for part in string.gmatch(query, "[^&]+") do
    local name, value = string.match(part, "^([^=]*)=?(.*)$")
    parts[#parts + 1] = {url.encode(decoded(name)), url.encode(decoded(value))}
  end
  table.sort(parts, function(a, b)
    if a[1] ~= b[1] then return a[1] < b[1] end
    return a[2] < b[2]
  end)
  for i, part in ipairs(parts) do parts[i] = part[1] .. "=" .. part[2] end
  return table.concat(parts, "&")
end

-- canonical_path is a path without . and .. and empty segments, encoded once more; S3 wants
-- it as it is sent.
local function canonical_path(path, service)
  if service == "s3" then return path end
  local segments = {}
  for segment in string.gmatch(path, "[^/]+") do
    if segment == ".." then
      segments[#segments] = nil
    elseif segment ~= "." then
      segments[#segments + 1] = url.encode(segment)
    end
  end
  local slash = #segments > 0 and string.match(path, "/%.?%.?$") and "/" or ""
  return "/" .. table.concat(segments, "/") .. slash
end

-- trimmed is a header's value as it is signed.
local function trimmed(value)
  value = string.gsub(tostring(value), "%s+", " ")
  return string.match(value, "^ ?(.-) ?$")
end

-- stamp is a time as AWS writes it: 20150830T123600Z.
local function stamp(seconds)
  return time.format(seconds, "%Y%m%dT%H%M%SZ")
end

-- signature is that of a canonical request at a time.
local function signature(config, at, scope, canonical)
  local key = "AWS4" .. config.secret_key
  for part in string.gmatch(scope, "[^/]+") do key = crypto.hmac("sha256", key, part, true) end
  local text = table.concat({"AWS4-HMAC-SHA256", at, scope, crypto.sha256(canonical)}, "\n")
  return crypto.hmac("sha256", key, text)
end

local function scope_of(config, at)
  for _, name in ipairs{"access_key", "secret_key", "region", "service"} do
    if type(config[name]) ~= "string" then error("sign.aws: config." .. name .. " is missing", 3) end
  end
  return table.concat({string.sub(at, 1, 8), config.region, config.service, "aws4_request"}, "/")
end

-- signed_headers are the names, lower case and in order, and the lines of what is signed.
local function signed_headers(req, host, names)
  local values, sorted, lines = {host = host}, {"host"}, {}
  for _, name in ipairs(names) do
    local value, lower = req.headers[name], string.lower(name)
    if value ~= nil and not values[lower] then
      values[lower], sorted[#sorted + 1] = trimmed(value), lower
    end
  end
  table.sort(sorted)
  for i, name in ipairs(sorted) do lines[i] = name .. ":" .. values[name] .. "\n" end
  return table.concat(sorted, ";"), table.concat(lines)
end

--- sign.aws(req, {access_key=, secret_key=, region=, service=, token=, headers=, time=}):
--- signs with AWS Signature Version 4: sets X-Amz-Date, with a token X-Amz-Security-Token,
--- for S3 X-Amz-Content-Sha256, and Authorization. Signed are Host, Content-Type, these,
--- and those that headers names. time, in seconds, is now by default.
function sign.aws(req, config)
  local at = stamp(config.time or time.now())
  local scope = scope_of(config, at)
  local host, path, query = target(req)
  local hash = crypto.sha256(req.body or "")
  req.headers["X-Amz-Date"] = at
  local names = {"Content-Type", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-Sha256"}
  if config.token then req.headers["X-Amz-Security-Token"] = config.token end
  if config.service == "s3" then req.headers["X-Amz-Content-Sha256"] = hash end
  for _, name in ipairs(config.headers or {}) do names[#names + 1] = name end
  local signed, lines = signed_headers(req, host, names)
  local canonical = table.concat({req.method, canonical_path(path, config.service), canonical_query(query), lines, signed, hash}, "\n")
  req.headers["Authorization"] = string.format("AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s",
    config.access_key, scope, signed, signature(config, at, scope, canonical))
end

--- sign.aws_url(address, {access_key=, secret_key=, region=, service=, token=, expires=, method=,
--- time=}): the URL with a signature in its query, good for expires seconds (900 by
--- default), for method GET by default.
function sign.aws_url(address, config)
  local at = stamp(config.time or time.now())
  local scope = scope_of(config, at)
  local host, path, query = target{url = address}
  local more = {
    "X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Credential=" .. url.encode(config.access_key .. "/" .. scope),
    "X-Amz-Date=" .. at, "X-Amz-Expires=" .. (config.expires or 900), "X-Amz-SignedHeaders=host",
  }
  if config.token then more[#more + 1] = "X-Amz-Security-Token=" .. url.encode(config.token) end
  query = canonical_query((query ~= "" and query .. "&" or "") .. table.concat(more, "&"))
  local hash = config.service == "s3" and "UNSIGNED-PAYLOAD" or crypto.sha256("")
  local canonical = table.concat({config.method or "GET", canonical_path(path, config.service), query, "host:" .. host .. "\n", "host", hash}, "\n")
  return string.match(address, "^[^?#]*") .. "?" .. query .. "&X-Amz-Signature=" .. signature(config, at, scope, canonical)
end

-- fields are what a template of sign.hmac can name.
local fields = {
  method = function(req) return req.method end,
  url = function(req) return req.url end,
  path = function(req) return req.path or "" end,
  path_only = function(req) return (string.match(req.path or "", "^[^?]*")) end,
  sorted_query = function(req) return canonical_query(string.match(req.path or "", "%?(.*)$") or "") end,
  body = function(req) return req.body or "" end,
  body_hash = function(req) return crypto.sha256(req.body or "") end,
}

local encodings = {hex = hex.encode, base64 = base64.encode, base64url = base64.url_encode}

-- filled is a template with its {names} replaced.
local function filled(template, req, own)
  return (string.gsub(template, "{([%w_%-:]+)}", function(name)
    local header = string.match(name, "^header:(.+)$")
    if header then return tostring(req.headers[header] or "") end
    if own[name] then return own[name] end
    if not fields[name] then error("sign.hmac: the template names {" .. name .. "}", 0) end
    return fields[name](req)
  end))
end

--- sign.hmac(req, {key=, text=, algorithm=, encoding=, header=, value=, timestamp_header=,
--- nonce_header=, time=, nonce=}): sets a header to the HMAC of a text made of the request.
---   text       what is signed: "{method}\n{path}\n{timestamp}\n{nonce}\n{body_hash}" by
---              default; also {url} {path_only} {sorted_query} {body} {header:NAME}
---   algorithm  "sha256" by default; encoding "hex" (default), "base64" or "base64url"
---   header     "X-Signature" by default; value "{signature}" by default: what it is set to
---   timestamp_header, nonce_header   "X-Timestamp" and "X-Nonce" by default; false: none
---   time       in seconds, now by default; milliseconds = true: {timestamp} counts those
---   nonce      by default 32 hex digits that no request has had, in any run
--- Returns the signature and the text.
function sign.hmac(req, config)
  if type(config) ~= "table" or type(config.key) ~= "string" then error("sign.hmac: config.key is missing", 2) end
  if config.encoding and not encodings[config.encoding] then error("sign.hmac: unknown encoding " .. tostring(config.encoding), 2) end
  local seconds = config.time or time.now()
  local own = {
    timestamp = string.format("%.0f", math.floor(config.milliseconds and seconds * 1000 or seconds)),
    nonce = config.nonce or hex.encode(crypto.random_bytes(16)),
  }
  local timestamp_header, nonce_header = config.timestamp_header, config.nonce_header
  if timestamp_header == nil then timestamp_header = "X-Timestamp" end
  if nonce_header == nil then nonce_header = "X-Nonce" end
  if timestamp_header then req.headers[timestamp_header] = own.timestamp end
  if nonce_header then req.headers[nonce_header] = own.nonce end
  local text = filled(config.text or "{method}\n{path}\n{timestamp}\n{nonce}\n{body_hash}", req, own)
  own.signature = encodings[config.encoding or "hex"](crypto.hmac(config.algorithm or "sha256", config.key, text, true))
  req.headers[config.header or "X-Signature"] = filled(config.value or "{signature}", req, own)
  return own.signature, text
end

return sign
