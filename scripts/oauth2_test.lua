local oauth2 = require "oauth2"

-- Each test has a client of its own: tokens are kept.
local function client(id, more)
  local config = {url = "/oauth/token", client_id = id, client_secret = "s & t"}
  for key, value in pairs(more or {}) do config[key] = value end
  return config
end

-- counting answers the token endpoint with numbered tokens, and other calls with their token.
local function counting(expires, refresh)
  local n = 0
  fake(function(call)
    if call.path ~= "/oauth/token" then return {json = {token = call.headers.Authorization}} end
    n = n + 1
    return {json = {access_token = "t" .. n, token_type = "Bearer", expires_in = expires, refresh_token = refresh}}
  end)
end

test("client credentials, as basic authentication", function()
  counting(3600)
  equal(oauth2.token(client("shop:1")), "t1")
  local call = calls()[1]
  equal(call.method, "POST")
  equal(call.name, "oauth2 token")
  equal(call.form, {grant_type = "client_credentials"})
  -- The parts are percent-encoded (RFC 6749, 2.3.1): shop%3A1:s%20%26%20t
  equal(call.headers.Authorization, "Basic " .. require("base64").encode("shop%3A1:s%20%26%20t"))
end)

test("in the form, with password, scope and fields of one's own", function()
  counting(3600)
  local config = client("in form", {
    in_form = true, grant = "password", username = "ann", password = "secret", scope = "read", form = {audience = "api"}, name = "login",
  })
  equal(oauth2.token(config), "t1")
  local call = calls()[1]
  equal(call.name, "login")
  equal(call.headers.Authorization, nil)
  equal(call.form, {
    grant_type = "password", username = "ann", password = "secret", scope = "read", audience = "api",
    client_id = "in form", client_secret = "s & t",
  })
end)

test("a token is kept until shortly before its end", function()
  clock(1000)
  counting(100)
  local config = client("kept")
  equal(oauth2.token(config), "t1")
  clock(1069)
  equal(oauth2.token(config), "t1")
  clock(1070) -- 30 s of leeway
  equal(oauth2.token(config), "t2")
  equal(oauth2.token(client("kept", {scope = "other"})), "t3")
  equal(oauth2.token(config), "t2")
  oauth2.forget(config)
  equal(oauth2.token(config), "t4")
end)

test("one without an end is kept", function()
  clock(1000)
  counting(nil)
  equal(oauth2.token(client("endless")), "t1")
  clock(1e9)
  equal(oauth2.token(client("endless")), "t1")
end)

test("it is refreshed, and where that fails asked for anew", function()
  clock(0.5)
  counting(100, "r1")
  local config = client("refreshed")
  oauth2.token(config)
  clock(100)
  equal(oauth2.token(config), "t2")
  equal(calls()[2].form, {grant_type = "refresh_token", refresh_token = "r1"})
  clock(1000)
  fake(function(call)
    if call.form.grant_type == "refresh_token" then return {status = 400, json = {error = "invalid_grant"}} end
    return {json = {access_token = "new"}}
  end)
  equal(oauth2.token(config), "new")
  equal(#calls(), 4)
end)

test("a refresh token stays good when its server sends no other", function()
  clock(1)
  local n = 0
  fake(function(call)
    n = n + 1
    return {json = {access_token = "t" .. n, expires_in = 100, refresh_token = n == 1 and "r1" or nil}}
  end)
  local config = client("stays")
  for i = 1, 3 do
    clock(i * 1000)
    equal(oauth2.token(config), "t" .. i)
  end
  for i = 2, 3 do
    equal(calls()[i].form, {grant_type = "refresh_token", refresh_token = "r1"})
  end
end)

test("authorize", function()
  counting(3600)
  local req = {headers = {}}
  oauth2.authorize(req, client("authorize"))
  equal(req.headers, {Authorization = "Bearer t1"})
end)

test("no token ends the transaction, with the reason", function()
  fake(function() return {status = 401, json = {error = "invalid_client"}} end)
  local token, reason = oauth2.token(client("refused"))
  equal(token, nil)
  equal(reason, "oauth2: no token from /oauth/token: status 401, invalid_client")
  raises(function() oauth2.authorize({headers = {}}, client("refused")) end, "status 401, invalid_client")
  fake(function() return {error = {class = "conn_refused", message = "nobody is there"}} end)
  equal(select(2, oauth2.token(client("refused"))), "oauth2: no token from /oauth/token: nobody is there")
  raises(function() oauth2.token{} end, "url of the token endpoint is needed")
end)

test("a request whose token is refused is sent once more with another", function()
  local n = 0
  fake(function(call)
    if call.path == "/oauth/token" then
      n = n + 1
      return {json = {access_token = "t" .. n, expires_in = 3600, refresh_token = "r"}}
    end
    return {status = call.headers.Authorization == "Bearer t1" and 401 or 200}
  end)
  local config = client("again")
  local res = oauth2.request({method = "GET", url = "/me", headers = {Accept = "text/plain"}, name = "me"}, config)
  equal(res.status, 200)
  equal(res.ok, true)
  local paths = {}
  for i, call in ipairs(calls()) do paths[i] = call.path end
  equal(paths, {"/oauth/token", "/me", "/oauth/token", "/me"})
  equal(calls()[3].form.grant_type, "refresh_token")
  equal(calls()[4].headers.Authorization, "Bearer t2")
  equal(calls()[4].headers.Accept, "text/plain")
end)

test("the second refusal is the answer", function()
  fake(function(call)
    if call.path == "/oauth/token" then return {json = {access_token = "t"}} end
    return {status = 401}
  end)
  local res = oauth2.request({method = "GET", url = "/me"}, client("never"))
  equal(res.status, 401)
  equal(res.ok, false)
  equal(#calls(), 4)
end)
