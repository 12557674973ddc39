local graphql = require "graphql"

test("data and the name of the row", function()
  fake(function() return {json = {data = {item = {id = 3}}}} end)
  local data, errors, res = graphql.query("/graphql", {
    query = "query One($id: Int!) { item(id: $id) { id } }", variables = {id = 3}, headers = {["X-Key"] = "k"},
  })
  equal(data, {item = {id = 3}})
  equal(errors, nil)
  equal(res.status, 200)
  local call = calls()[1]
  equal(call.method, "POST")
  equal(call.path, "/graphql")
  equal(call.name, "One")
  equal(call.headers["X-Key"], "k")
  equal(call.json, {query = "query One($id: Int!) { item(id: $id) { id } }", variables = {id = 3}})
  equal(#checks(), 1)
  equal(checks()[1].ok, true)
end)

test("names", function()
  fake(function() return {json = {data = {}}} end)
  graphql.query("/graphql", {query = "{ a }"})
  graphql.query("/graphql", {query = "  mutation Add { a }"})
  graphql.query("/graphql", {query = "query A { a } query B { b }", operation = "B"})
  graphql.query("/graphql", {query = "query A { a }", name = "mine"})
  graphql.query("/graphql", {query = "query { a }", variables = {}})
  local names = {}
  for i, call in ipairs(calls()) do names[i] = call.name end
  equal(names, {"graphql", "Add", "B", "mine", "graphql"})
  equal(calls()[3].json.operationName, "B")
  equal(string.find(calls()[5].body, '"variables":{}', 1, true) ~= nil, true)
end)

test("errors with status 200 are a failed check", function()
  fake(function()
    return {json = {data = {a = 1}, errors = {{message = "no such item"}, {message = "and more"}}}}
  end)
  local data, errors = graphql.query("/graphql", {query = "{ a }"})
  equal(data, {a = 1})
  equal(#errors, 2)
  local check = checks()[1]
  equal(check.name, "graphql")
  equal(check.ok, false)
  equal(check.detail, "no such item (and 1 more)")
end)

test("an empty list of errors is none", function()
  fake(function() return {body = '{"data":{"a":1},"errors":[]}'} end)
  local data, errors = graphql.query("/graphql", {query = "{ a }"})
  equal(data, {a = 1})
  equal(errors, nil)
  equal(checks()[1].ok, true)
end)

test("what is no GraphQL", function()
  fake(function() return {body = "<html>"} end)
  local data, errors, res = graphql.query("/graphql", {query = "{ a }"})
  equal(data, nil)
  equal(errors, nil)
  equal(res.status, 200)
  equal(checks()[1].ok, false)
end)

test("a failed request is checked no further", function()
  fake(function() return {status = 500} end)
  local data, errors, res = graphql.query("/graphql", {query = "{ a }"})
  equal(data, nil)
  equal(errors, nil)
  equal(res.status, 500)
  equal(#checks(), 0)
  raises(function() graphql.query("/graphql", "{ a }") end, "the query is missing")
end)
