local sign = require "sign"

-- AWS's published test suite of Signature Version 4. A path is given as its request line has
-- it: unencoded.
local suite = {
  access_key = "AKIDEXAMPLE", secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  region = "us-east-1", service = "service", time = 1440938160, -- 20150830T123600Z
}

local function authorization(signed, signature)
  return "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=" ..
    signed .. ", Signature=" .. signature
end

local function request(method, path, headers, body)
  return {method = method, url = "https://example.amazonaws.com" .. path, path = path, headers = headers or {}, body = body}
end

local unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

test("the suite of AWS: paths and queries", function()
  for _, case in ipairs{
    {"get-vanilla", "GET", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-vanilla-query", "GET", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-vanilla-query-order-key-case", "GET", "/?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
    {"get-vanilla-empty-query-key", "GET", "/?Param1=value1", "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
    {"get-vanilla-query-unreserved", "GET", "/?" .. unreserved .. "=" .. unreserved, "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
    {"get-vanilla-utf8-query", "GET", "/?ሴ=bar", "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
    {"get-utf8", "GET", "/ሴ", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
    {"get-space", "GET", "/example space/", "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
    {"get-unreserved", "GET", "/" .. unreserved, "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
    {"get-slash", "GET", "//", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-slash-dot-slash", "GET", "/./", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-relative", "GET", "/example/..", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-relative-relative", "GET", "/example1/example2/../..", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"post-vanilla", "POST", "/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
    {"post-vanilla-query", "POST", "/?Param1=value1", "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
  } do
    local req = request(case[2], case[3])
    sign.aws(req, suite)
    equal({case[1], req.headers.Authorization}, {case[1], authorization("host;x-amz-date", case[4])})
    equal(req.headers["X-Amz-Date"], "20150830T123600Z")
  end
end)

test("the suite of AWS: headers and bodies", function()
  local form = request("POST", "/", {["Content-Type"] = "application/x-www-form-urlencoded"}, "Param1=value1")
  sign.aws(form, suite)
  equal(form.headers.Authorization, authorization("content-type;host;x-amz-date", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"))

  local charset = request("POST", "/", {["Content-Type"] = "application/x-www-form-urlencoded; charset=utf8"}, "Param1=value1")
  sign.aws(charset, suite)
  equal(charset.headers.Authorization, authorization("content-type;host;x-amz-date", "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe"))

  local config = {headers = {"My-Header1", "My-Header2"}}
  for key, value in pairs(suite) do config[key] = value end
  local spaces = request("GET", "/", {["My-Header1"] = " value1", ["My-Header2"] = ' "a   b   c"'})
  sign.aws(spaces, config)
  equal(spaces.headers.Authorization, authorization("host;my-header1;my-header2;x-amz-date", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"))

  local one = request("POST", "/", {["My-Header1"] = "value1"})
  sign.aws(one, config)
  equal(one.headers.Authorization, authorization("host;my-header1;x-amz-date", "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"))
end)

-- The examples of the S3 API reference.
local s3 = {
  access_key = "AKIAIOSFODNN7EXAMPLE", secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  region = "us-east-1", service = "s3", time = 1369353600, -- 20130524T000000Z
}

test("S3: GET object, in headers", function()
  local config = {headers = {"Range"}}
  for key, value in pairs(s3) do config[key] = value end
  local req = {method = "GET", url = "https://examplebucket.s3.amazonaws.com/test.txt", headers = {Range = "bytes=0-9"}}
  sign.aws(req, config)
  equal(req.headers["X-Amz-Content-Sha256"], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  equal(req.headers.Authorization, "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, " ..
    "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
end)

test("S3: GET object, in the URL", function()
  local config = {expires = 86400}
  for key, value in pairs(s3) do config[key] = value end
  equal(sign.aws_url("https://examplebucket.s3.amazonaws.com/test.txt", config),
    "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256" ..
    "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z" ..
    "&X-Amz-Expires=86400&X-Amz-SignedHeaders=host" ..
    "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
end)

test("the time, the token and the standard port", function()
  clock(1440938160)
  local config = {access_key = suite.access_key, secret_key = suite.secret_key, region = "us-east-1", service = "service"}
  local req = request("GET", "/")
  req.url = "https://me@Example.AmazonAWS.com:443/"
  sign.aws(req, config)
  equal(req.headers.Authorization, authorization("host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"))
  config.token = "session"
  sign.aws(req, config)
  equal(req.headers["X-Amz-Security-Token"], "session")
  equal(string.match(req.headers.Authorization, "SignedHeaders=([^,]+)"), "host;x-amz-date;x-amz-security-token")
  raises(function() sign.aws(req, {access_key = "a", secret_key = "b", region = "c"}) end, "config.service is missing")
end)

local function hmac_request()
  return {method = "POST", url = "http://shop/a?z=1&b=x%20y", path = "/a?z=1&b=x%20y", headers = {Date = "today"}, body = "{}"}
end

test("HMAC as it comes", function()
  clock(1700000000.9)
  local req = hmac_request()
  local signature, text = sign.hmac(req, {key = "k", nonce = "n1"})
  equal(text, "POST\n/a?z=1&b=x%20y\n1700000000\nn1\n44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
  equal(signature, require("crypto").hmac("sha256", "k", text))
  equal(req.headers, {Date = "today", ["X-Timestamp"] = "1700000000", ["X-Nonce"] = "n1", ["X-Signature"] = signature})
end)

test("HMAC with a scheme of one's own", function()
  local req = hmac_request()
  -- RFC 4231, test case 2, its bytes as base64.
  local signature, text = sign.hmac(req, {
    key = "Jefe", text = "what do ya want for nothing?", encoding = "base64",
    header = "Authorization", value = "HMAC {signature}", timestamp_header = false, nonce_header = false,
  })
  equal(text, "what do ya want for nothing?")
  equal(signature, "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=")
  equal(req.headers, {Date = "today", Authorization = "HMAC " .. signature})

  local _, all = sign.hmac(req, {
    key = "k", algorithm = "sha512", time = 1.5, milliseconds = true, nonce = "n", timestamp_header = "X-Time",
    text = "{method} {url} {path_only} {sorted_query} {body} {header:date} {header:Date} {timestamp} {nonce}",
  })
  equal(all, "POST http://shop/a?z=1&b=x%20y /a b=x%20y&z=1 {}  today 1500 n")
  equal(req.headers["X-Time"], "1500")
end)

test("every nonce is a new one, and mistakes are told", function()
  local one, two = hmac_request(), hmac_request()
  sign.hmac(one, {key = "k"})
  sign.hmac(two, {key = "k"})
  equal(#one.headers["X-Nonce"], 32)
  equal(one.headers["X-Nonce"] ~= two.headers["X-Nonce"], true)
  raises(function() sign.hmac(one, {}) end, "config.key is missing")
  raises(function() sign.hmac(one, {key = "k", text = "{colour}"}) end, "the template names {colour}")
  raises(function() sign.hmac(one, {key = "k", encoding = "morse"}) end, "unknown encoding morse")
end)
