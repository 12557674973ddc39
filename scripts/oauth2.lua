-- OAuth2 (RFC 6749) for users that log in by themselves: client credentials, password,
-- refresh. Tokens are kept per user until shortly before they expire.
--
-- A config is a table:
--   url            the token endpoint
--   client_id      and client_secret, sent as basic authentication (in_form = true: in the form)
--   grant          "client_credentials" (default) or "password", with username and password
--   scope          optional
--   form           further fields of the form, optional
--   name           the row of the statistics; "oauth2 token" by default
--   leeway         seconds before its end at which a token is replaced; 30 by default

local base64 = require "base64"
local time = require "time"
local url = require "url"

local oauth2 = {}

local kept = {} -- by identity: {access=, refresh=, expires=}

-- identity is for whom, and where, a token is good.
local function identity(config)
  return table.concat({config.url, config.client_id or "", config.username or "", config.scope or ""}, "\n")
end

-- ask sends one form to the token endpoint: the reply, or nil and the reason.
local function ask(config, fields)
  local form, headers = {}, {Accept = "application/json"}
  for name, value in pairs(config.form or {}) do form[name] = value end
  for name, value in pairs(fields) do form[name] = value end
  if config.in_form then
    form.client_id, form.client_secret = config.client_id, config.client_secret
  elseif config.client_id then
    local pair = url.encode(config.client_id) .. ":" .. url.encode(config.client_secret or "")
    headers.Authorization = "Basic " .. base64.encode(pair)
  end
  local res = http.post{url = config.url, name = config.name or "oauth2 token", form = form, headers = headers}
  local reply = res:json()
  if not res.ok or type(reply) ~= "table" or type(reply.access_token) ~= "string" then
    local why = res.error and res.error.message or "status " .. res.status
    if type(reply) == "table" and type(reply.error) == "string" then why = why .. ", " .. reply.error end
    return nil, "oauth2: no token from " .. config.url .. ": " .. why
  end
  return reply
end

-- keep remembers a reply; a server need not send the refresh token again.
local function keep(config, reply, refresh)
  local lifetime = tonumber(reply.expires_in)
  local token = {
    access = reply.access_token,
    refresh = type(reply.refresh_token) == "string" and reply.refresh_token or refresh,
    expires = lifetime and time.now() + lifetime - (config.leeway or 30),
  }
  kept[identity(config)] = token
  return token.access
end

-- login asks for a token by the grant of the config.
local function login(config)
  local fields = {grant_type = config.grant or "client_credentials", scope = config.scope}
  if fields.grant_type == "password" then
    fields.username, fields.password = config.username, config.password
  end
  local reply, reason = ask(config, fields)
  if not reply then return nil, reason end
  return keep(config, reply)
end

--- oauth2.token(config): an access token that is good now: the one at hand, else a
--- refreshed one, else a new one. Or nil and the reason.
function oauth2.token(config)
  if type(config) ~= "table" or type(config.url) ~= "string" then
    error("oauth2: a config with the url of the token endpoint is needed", 2)
  end
  local token = kept[identity(config)]
  if not token then return login(config) end
  if token.access and (not token.expires or time.now() < token.expires) then return token.access end
  if token.refresh then
    local reply = ask(config, {grant_type = "refresh_token", refresh_token = token.refresh, scope = config.scope})
    if reply then return keep(config, reply, token.refresh) end
  end
  return login(config)
end

--- oauth2.authorize(req, config): puts the token into the request's Authorization header.
--- Without a token the transaction fails, and the request is not worth sending.
function oauth2.authorize(req, config)
  local token, reason = oauth2.token(config)
  if not token then return fail(reason) end
  req.headers["Authorization"] = "Bearer " .. token
end

--- oauth2.refused(res, config): says whether the server refused the token (401). If so it is
--- not used again; the next oauth2.token refreshes it.
function oauth2.refused(res, config)
  if res.status ~= 401 then return false end
  local token = kept[identity(config)]
  if token then token.access = nil end
  return true
end

--- oauth2.forget(config): the next oauth2.token logs in again.
function oauth2.forget(config)
  kept[identity(config)] = nil
end

-- expected are the statuses that are none of an error, where a call names none itself.
local expected = {200, 201, 202, 203, 204, 205, 206, 301, 302, 303, 304, 307, 308}

--- oauth2.request(call, config): sends call, as http.request does, with the token. When the
--- server answers 401 the token is refreshed, and the request sent once more; the first 401
--- is then no failure.
function oauth2.request(call, config)
  local first, again = {}, {}
  for key, value in pairs(call) do first[key], again[key] = value, value end
  first.headers, again.headers = {}, {}
  for key, value in pairs(call.headers or {}) do first.headers[key], again.headers[key] = value, value end
  first.status = {401}
  for i, status in ipairs(call.status or expected) do first.status[i + 1] = status end
  oauth2.authorize(first, config)
  local res = http.request(first)
  if not oauth2.refused(res, config) then return res end
  oauth2.authorize(again, config)
  return http.request(again)
end

return oauth2
