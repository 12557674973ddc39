-- Fluent checks of a response:
--
--   expect(res):status(200):json("$.id", 7):latency_below("300ms")
--
-- Each word makes one check on the request that res answers, with a name that does not
-- change from request to request and, when it does not hold, with what was found instead.

local json = require "json"

local Expectation = {}
Expectation.__index = Expectation

local units = {ms = 1, s = 1000, m = 60000}

local function milliseconds(text)
  local number, unit = string.match(tostring(text), "^([%d.]+)(%a+)$")
  if not tonumber(number) or not units[unit] then
    error("a time such as \"300ms\" or \"2s\" is needed, not " .. tostring(text), 3)
  end
  return number * units[unit]
end

-- short is a value as a detail shows it.
local function short(value)
  if type(value) == "table" then
    value = json.encode(value)
  elseif type(value) == "string" then
    value = string.format("%q", value)
  end
  value = tostring(value)
  return #value > 120 and string.sub(value, 1, 117) .. "..." or value
end

local function same(a, b)
  if a == b then return true end
  if type(a) ~= "table" or type(b) ~= "table" then return false end
  for key, value in pairs(a) do
    if not same(value, b[key]) then return false end
  end
  for key in pairs(b) do
    if a[key] == nil then return false end
  end
  return true
end

-- note makes one check and returns self, for the next word.
local function note(self, name, ok, found)
  if not ok then self.failed = (self.failed or 0) + 1 end
  self.res:check(name, ok, not ok and found or nil)
  return self
end

-- compare checks a value that was found against what was wanted: nil (any value), a
-- function that says whether it is right, or the value itself.
local function compare(self, name, found, wanted, err)
  if found == nil then
    return note(self, name, false, err and tostring(err) or "not found")
  elseif wanted == nil then
    return note(self, name, true)
  elseif type(wanted) == "function" then
    return note(self, name, wanted(found) and true or false, "found " .. short(found))
  end
  return note(self, name, same(found, wanted), short(wanted) .. " expected, found " .. short(found))
end

--- expect(res):status(200, 204): the status is one of these.
function Expectation:status(...)
  local status = self.res.status
  for i = 1, select("#", ...) do
    if status == select(i, ...) then return note(self, "status", true) end
  end
  return note(self, "status", false, table.concat({...}, " or ") .. " expected, found " .. status)
end

--- expect(res):ok(): there was a response, and its status is an expected one.
function Expectation:ok()
  local res = self.res
  local found = res.error and res.error.message or "status " .. res.status
  return note(self, "ok", res.ok, found)
end

--- expect(res):json("$.id", 7): the body has that value there. Without a value: has any;
--- with a function: the function says whether it is right. Tables are compared in depth.
function Expectation:json(path, wanted)
  local found, err = self.res:json(path)
  return compare(self, "json " .. path, found, wanted, err)
end

--- expect(res):count("$.items", 20): the array there has that many elements.
function Expectation:count(path, wanted)
  local found, err = self.res:json(path)
  local name = "count " .. path
  if type(found) ~= "table" then
    return note(self, name, false, err and tostring(err) or "no array")
  end
  return note(self, name, #found == wanted, wanted .. " expected, found " .. #found)
end

--- expect(res):header("Content-Type", "text/html"): the header has that value, or any.
function Expectation:header(name, wanted)
  return compare(self, "header " .. name, self.res.headers[name], wanted)
end

--- expect(res):cookie("session"): the response sets the cookie, to that value or any.
function Expectation:cookie(name, wanted)
  return compare(self, "cookie " .. name, self.res.cookies[name], wanted)
end

--- expect(res):css("h1", "Hello"): the first match has that text, or there is one.
function Expectation:css(selector, wanted)
  local found, err = self.res:css(selector)
  return compare(self, "css " .. selector, found, wanted, err)
end

--- expect(res):xpath("//h1", "Hello"): the first match has that text, or there is one.
function Expectation:xpath(path, wanted)
  local found, err = self.res:xpath(path)
  return compare(self, "xpath " .. path, found, wanted, err)
end

--- expect(res):body_contains("Welcome"): the body has that text somewhere.
function Expectation:body_contains(text)
  local body = self.res.body or ""
  local ok = string.find(body, text, 1, true) ~= nil
  return note(self, "body contains " .. short(text), ok, not ok and "found " .. short(body) or nil)
end

--- expect(res):body_matches("[0-9]+ items"): the regular expression (RE2) matches.
function Expectation:body_matches(expression)
  local found, err = self.res:match(expression)
  return compare(self, "body matches " .. expression, found, nil, err)
end

--- expect(res):latency_below("300ms"): the whole answer came in less time.
function Expectation:latency_below(limit)
  local latency = self.res.latency
  return note(self, "latency below " .. limit, latency < milliseconds(limit), string.format("took %.1fms", latency))
end

--- expect(res):size_below(10000): the body, decoded, has fewer bytes.
function Expectation:size_below(limit)
  local size = self.res.size
  return note(self, "size below " .. limit, size < limit, size .. " bytes")
end

--- expect(res):holds(): whether all that was expected so far is so.
function Expectation:holds()
  return not self.failed
end

--- expect(res): what the words above are said to.
return function(res)
  if res == nil then error("expect: there is no response", 2) end
  return setmetatable({res = res}, Expectation)
end
