local faker = require "faker"

local function some(n, make)
  for _ = 1, n do make() end
end

test("English", function()
  some(50, function()
    equal(string.match(faker.name(), "^%u%l+ %u%l+$") ~= nil, true)
    equal(string.match(faker.email(), "^%l+%.%l+%d%d%d@example%.com$") ~= nil, true)
    equal(string.match(faker.phone(), "^%+1 [2-9]%d%d 555 01%d%d$") ~= nil, true)
    equal(string.match(faker.postcode(), "^[1-9]%d%d%d%d$") ~= nil, true)
    equal(string.match(faker.street(), "^%d+ %u%l+ Street$") ~= nil, true)
    local a = faker.address()
    equal(a.text, a.street .. ", " .. a.city .. ", " .. a.region .. " " .. a.postcode)
    equal(string.match(faker.sentence(), "^%u[%l ]+%.$") ~= nil, true)
  end)
end)

test("Chinese", function()
  some(50, function()
    local name = faker.name("zh")
    equal(#name == 6 or #name == 9, true) -- two or three characters
    equal(string.match(faker.email("zh"), "^%l+%d%d%d%d%d@example%.com$") ~= nil, true)
    equal(string.match(faker.phone("zh"), "^1[3-9]%d%d%d%d%d%d%d%d%d$") ~= nil, true)
    equal(string.match(faker.postcode("zh"), "^[1-9]%d%d%d%d%d$") ~= nil, true)
    equal(string.match(faker.street("zh"), "路%d+号$") ~= nil, true)
    local a = faker.address("zh")
    equal(a.text, a.city .. a.region .. a.street)
    equal(string.sub(faker.sentence("zh"), -3), "。")
  end)
end)

test("words", function()
  local _, spaces = string.gsub(faker.words(5), " ", "")
  equal(spaces, 4)
  equal(faker.words(0), "")
  equal(string.find(faker.words(5, "zh"), " ", 1, true), nil)
  equal(#faker.digits(12), 12)
end)

test("names differ from one another", function()
  local seen, different = {}, 0
  some(100, function()
    local name = faker.name()
    if not seen[name] then seen[name], different = true, different + 1 end
  end)
  equal(different > 80, true)
end)

test("an unknown language", function()
  for _, f in ipairs{faker.name, faker.phone, faker.city, faker.word, faker.address} do
    raises(function() f("tlh") end, "faker: unknown language tlh: en or zh")
  end
end)
