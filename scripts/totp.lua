-- One-time passwords: by time (TOTP, RFC 6238) and by counter (HOTP, RFC 4226).
--
-- A secret is base32 as an authenticator app is given it; spaces, dashes and lower case do
-- not matter. Options, all optional:
--   digits     6 by default, up to 9
--   period     seconds of one password; 30 by default
--   algorithm  "sha1" (default), "sha256" or "sha512"
--   raw        true: the secret is the bytes themselves

local crypto = require "crypto"
local time = require "time"

local totp = {}

local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

--- totp.base32(text): the bytes that base32 (RFC 4648) stands for; nil and the reason when
--- it is none.
function totp.base32(text)
  text = string.gsub(string.upper(text), "[%s%-=]", "")
  local bytes, bits, value = {}, 0, 0
  for i = 1, #text do
    local at = string.find(alphabet, string.sub(text, i, i), 1, true)
    if not at then return nil, "totp: no base32: character " .. i end
    value, bits = value * 32 + at - 1, bits + 5
    if bits >= 8 then
      bits = bits - 8
      bytes[#bytes + 1] = string.char(math.floor(value / 2 ^ bits))
      value = value % 2 ^ bits
    end
  end
  return table.concat(bytes)
end

-- counter_bytes is a whole number as eight bytes, the highest first.
local function counter_bytes(counter)
  local bytes = {}
  for i = 8, 1, -1 do
    bytes[i] = string.char(counter % 256)
    counter = math.floor(counter / 256)
  end
  return table.concat(bytes)
end

--- totp.hotp(secret, counter, options): the password number counter.
function totp.hotp(secret, counter, options)
  options = options or {}
  local key, reason = secret, nil
  if not options.raw then key, reason = totp.base32(secret) end
  if not key then error(reason, 2) end
  local mac = crypto.hmac(options.algorithm or "sha1", key, counter_bytes(counter), true)
  local from = string.byte(mac, #mac) % 16 + 1
  local a, b, c, d = string.byte(mac, from, from + 3)
  local digits = options.digits or 6
  local number = ((a % 128 * 256 + b) * 256 + c) * 256 + d
  return string.format("%0" .. digits .. "d", number % 10 ^ digits)
end

--- totp.at(secret, seconds, options): the password at a time, in seconds since 1970.
function totp.at(secret, seconds, options)
  local period = options and options.period or 30
  return totp.hotp(secret, math.floor(seconds / period), options)
end

--- totp.now(secret, options): the password now.
function totp.now(secret, options)
  return totp.at(secret, time.now(), options)
end

--- totp.remaining(options): for how many more seconds the password of now is good.
function totp.remaining(options)
  local period = options and options.period or 30
  return period - time.now() % period
end

return totp
