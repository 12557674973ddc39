local expect = require "expect"

local function get(answer)
  fake(function() return answer end)
  return http.get{url = "/items"}
end

-- found is the last check as a list: name, ok, detail.
local function last()
  local all = checks()
  local c = all[#all]
  return {c.name, c.ok, c.detail}
end

local page = {
  status = 201, latency = 120.5, cookies = {session = "s1"}, headers = {["X-Total"] = "500"},
  json = {total = 2, items = {{id = 7}, {id = 8}}, none = {}},
}

test("what holds", function()
  local e = expect(get(page)):status(200, 201):ok():json("$.total", 2):json("$.items[0]", {id = 7}):json("$.items")
    :json("$.total", function(n) return n > 1 end):count("$.items", 2):header("x-total", "500"):header("X-Total")
    :cookie("session", "s1"):body_contains('"total":2'):body_matches('"id":[0-9]+'):latency_below("121ms")
    :latency_below("1s"):size_below(1000)
  equal(e:holds(), true)
  equal(#checks(), 15)
  for _, c in ipairs(checks()) do equal({c.name, c.ok, c.detail}, {c.name, true}) end
end)

test("what does not hold says what was found", function()
  local e = expect(get(page))
  e:status(200, 204)
  equal(last(), {"status", false, "200 or 204 expected, found 201"})
  e:json("$.total", 3)
  equal(last(), {"json $.total", false, "3 expected, found 2"})
  e:json("$.items[0]", {id = 8})
  equal(last(), {"json $.items[0]", false, '{"id":8} expected, found {"id":7}'})
  e:json("$.items[0]", {id = 7, name = "lamp"})
  equal(last()[2], false)
  e:json("$.items[0]", {})
  equal(last()[2], false)
  e:body_contains(".items")
  equal(last()[2], false)
  e:json("$.total", "2")
  equal(last(), {"json $.total", false, '"2" expected, found 2'})
  e:json("$.nothing")
  equal(last(), {"json $.nothing", false, "not found"})
  e:json("$.total", function(n) return n > 2 end)
  equal(last(), {"json $.total", false, "found 2"})
  e:count("$.items", 3)
  equal(last(), {"count $.items", false, "3 expected, found 2"})
  e:count("$.total", 3)
  equal(last(), {"count $.total", false, "no array"})
  e:header("X-Total", "501")
  equal(last(), {"header X-Total", false, '"501" expected, found "500"'})
  e:header("X-None")
  equal(last(), {"header X-None", false, "not found"})
  e:cookie("session", "s2")
  equal(last(), {"cookie session", false, '"s2" expected, found "s1"'})
  e:latency_below("120ms")
  equal(last(), {"latency below 120ms", false, "took 120.5ms"})
  e:size_below(10)
  equal(last()[3], #e.res.body .. " bytes")
  e:body_matches("total: [0-9]+")
  equal(last(), {"body matches total: [0-9]+", false, "not found"})
  e:body_contains("unicorn")
  equal(last()[1], 'body contains "unicorn"')
  equal(last()[2], false)
  equal(e:holds(), false)
end)

test("pages", function()
  local e = expect(get{body = "<h1>Hello</h1>", headers = {["Content-Type"] = "text/html"}})
  equal(e:css("h1", "Hello"):xpath("//h1", "Hello"):css("h1"):holds(), true)
  e:css("h2")
  equal(last(), {"css h2", false, "not found"})
  e:xpath("//h1", "Bye")
  equal(last(), {"xpath //h1", false, '"Bye" expected, found "Hello"'})
end)

test("no JSON, and no response", function()
  expect(get{body = "<html>"}):json("$.id", 7)
  equal(last()[2], false)
  expect(get{error = {class = "conn_refused", message = "nobody is there"}}):ok():status(200)
  equal(checks()[2].detail, "nobody is there")
  equal(last(), {"status", false, "200 expected, found 0"})
end)

test("each response has its own account", function()
  local bad, good = expect(get(page)):status(500), expect(get(page)):status(201)
  equal(bad:holds(), false)
  equal(good:holds(), true)
end)

test("long values are cut", function()
  expect(get{json = {text = string.rep("x", 1000)}}):json("$.text", "y")
  equal(#last()[3] < 200, true)
end)

test("mistakes of the script", function()
  raises(function() expect(nil) end, "there is no response")
  raises(function() expect(get(page)):latency_below(300) end, 'a time such as "300ms"')
  raises(function() expect(get(page)):latency_below("3 days") end, 'a time such as "300ms"')
end)
