local totp = require "totp"

-- "12345678901234567890" and its longer sisters, as RFC 6238 has them.
local secrets = {
  sha1 = string.rep("1234567890", 2),
  sha256 = string.rep("1234567890", 3) .. "12",
  sha512 = string.rep("1234567890", 6) .. "1234",
}
local base32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

test("RFC 4226, appendix D", function()
  local passwords = {"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"}
  for i, password in ipairs(passwords) do
    equal(totp.hotp(base32, i - 1), password)
  end
end)

test("RFC 6238, appendix B", function()
  for _, row in ipairs{
    {59, "94287082", "46119246", "90693936"},
    {1111111109, "07081804", "68084774", "25091201"},
    {1111111111, "14050471", "67062674", "99943326"},
    {1234567890, "89005924", "91819424", "93441116"},
    {2000000000, "69279037", "90698825", "38618901"},
    {20000000000, "65353130", "77737706", "47863826"},
  } do
    for i, algorithm in ipairs{"sha1", "sha256", "sha512"} do
      local options = {raw = true, digits = 8, algorithm = algorithm}
      equal(totp.at(secrets[algorithm], row[1], options), row[i + 1])
    end
  end
end)

test("now", function()
  clock(59)
  equal(totp.now(base32), "287082")
  equal(totp.now(base32, {digits = 8}), "94287082")
  equal(totp.remaining(), 1)
  clock(60)
  equal(totp.now(base32), "359152")
  equal(totp.now(base32, {period = 60}), "287082")
  equal(totp.remaining{period = 60}, 60)
end)

test("RFC 4648, base32", function()
  for encoded, text in pairs{
    [""] = "", ["MY======"] = "f", ["MZXQ===="] = "fo", ["MZXW6==="] = "foo", ["MZXW6YQ="] = "foob",
    ["MZXW6YTB"] = "fooba", ["MZXW6YTBOI======"] = "foobar", ["mzxw 6ytb-oi"] = "foobar",
  } do
    equal(totp.base32(encoded), text)
  end
  local bytes, reason = totp.base32("MZ1W6")
  equal(bytes, nil)
  equal(reason, "totp: no base32: character 3")
  raises(function() totp.hotp("0000", 1) end, "no base32")
end)
