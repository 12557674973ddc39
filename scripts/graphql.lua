-- GraphQL over HTTP. A server answers a query that went wrong with status 200 and a list of
-- errors, so that list is a check of its own.

local graphql = {}

-- name_of is the operation's name in the text of a query, if it has one.
local function name_of(query)
  local kind, name = string.match(query, "^%s*(%a+)%s+([%a_][%w_]*)")
  if kind == "query" or kind == "mutation" then return name end
end

-- message_of is the first error as a detail shows it.
local function message_of(errors)
  local first = type(errors) == "table" and errors[1]
  local text = type(first) == "table" and tostring(first.message) or tostring(first)
  return #errors > 1 and string.format("%s (and %d more)", text, #errors - 1) or text
end

--- graphql.query(url, {query=, variables=, operation=, name=, headers=, timeout=}): posts
--- the query. Its row is called as the operation. An answer that is no JSON, or that has
--- errors, is a failed check "graphql". Returns data (what could be had of it, or nil), the
--- list of errors or nil, and the response.
function graphql.query(url, call)
  if type(call) ~= "table" or type(call.query) ~= "string" then
    error("graphql.query(url, {query = \"…\"}): the query is missing", 2)
  end
  local res = http.post{
    url = url, name = call.name or call.operation or name_of(call.query) or "graphql",
    headers = call.headers, timeout = call.timeout, status = call.status,
    json = {query = call.query, variables = call.variables, operationName = call.operation},
  }
  if not res.ok then return nil, nil, res end
  local reply, err = res:json()
  if type(reply) ~= "table" then
    res:check("graphql", false, err and tostring(err) or "the answer is no object")
    return nil, nil, res
  end
  local errors = type(reply.errors) == "table" and #reply.errors > 0 and reply.errors or nil
  res:check("graphql", errors == nil, errors and message_of(errors) or nil)
  local data = reply.data
  if type(data) ~= "table" then data = nil end
  return data, errors, res
end

return graphql
