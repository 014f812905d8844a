-- One workspace's request budget. KEYS: state hash, list of recent grants, hash of grants per second.
-- ARGV: what, argument, now (0 = the server's clock), rate, burst, reserve, per_second, per_minute, slow_for.
-- "take" answers the seconds to wait ("0" = granted), "penalise" the bulk rate, "used" the last minute's count.
local what, argument, now = ARGV[1], ARGV[2], tonumber(ARGV[3])
local rate, burst, reserve = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local per_second, per_minute, slow_for = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local SLOWEST, KEEP_S, LONGEST_GAP_S = 3, 180, 1

if now == 0 then
  local t = redis.call('TIME')
  now = tonumber(t[1]) + tonumber(t[2]) / 1000000
end

local function minute_total()
  -- A grant in the future was given before the clock was set back: it is as long ago as any.
  local total, oldest, newest = 0, math.floor(now) - 60, math.floor(now) + 1
  local counts = redis.call('HGETALL', KEYS[3])
  for i = 1, #counts, 2 do
    local at = tonumber(counts[i])
    if at > oldest and at <= newest then total = total + tonumber(counts[i + 1])
    else redis.call('HDEL', KEYS[3], counts[i]) end
  end
  return total
end

if what == 'used' then return tostring(minute_total()) end

local s = redis.call('HMGET', KEYS[1], 'tokens', 'bulk', 'at', 'level', 'level_at', 'hold', 'queue', 'second', 'total')
local at = tonumber(s[3] or 0)
local set_back = at - now
if set_back > 0 then
  -- The clock was set back. The last second's grants move back with it, as if no time had passed since the newest call.
  local grants = redis.call('LRANGE', KEYS[2], 0, -1)
  redis.call('DEL', KEYS[2])
  for i = 1, #grants do
    redis.call('RPUSH', KEYS[2], string.format('%.6f', tonumber(grants[i]) - set_back))
  end
  at = now
end
local tokens, bulk = tonumber(s[1] or 1), tonumber(s[2] or 1)
-- After a pause there is one token, for a safety call. More may not have accrued: a clock that was set forward, and a
-- state that was lost, look like a pause, and the vendor may just have been asked as often as it allows.
if now - at > LONGEST_GAP_S then tokens, bulk, at = 1, 1, now end
local level, level_at = tonumber(s[4] or 0), tonumber(s[5] or now)
local hold, queue = tonumber(s[6] or 0), tonumber(s[7] or 0)
-- No penalty is longer than a minute: what is further ahead was set before the clock was set back.
if hold > now + 60 then hold = 0 end
if level_at > now then level_at = now end
local second, total = tonumber(s[8] or -1), tonumber(s[9] or 0)

-- Every quiet `slow_for` seconds give one halving back.
local recovered = math.floor(math.max(0, now - level_at) / slow_for)
if level > 0 and recovered > 0 then
  level = math.max(0, level - recovered)
  level_at = level_at + recovered * slow_for
end
local bulk_rate = rate / 2 ^ level
tokens = math.min(burst, tokens + (now - at) * rate)
bulk = math.min(burst, bulk + (now - at) * bulk_rate)

local function save()
  redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens), 'bulk', string.format('%.6f', bulk),
    'at', string.format('%.6f', now), 'level', level, 'level_at', string.format('%.6f', level_at),
    'hold', string.format('%.6f', hold), 'queue', string.format('%.6f', queue), 'second', second, 'total', total)
  redis.call('EXPIRE', KEYS[1], KEEP_S)
end

if what == 'penalise' then
  -- Many threads meet the same 429 at once: that is one reason to slow down, not sixty-four.
  if level == 0 or now - level_at >= 1 then
    level, level_at = math.min(SLOWEST, level + 1), now
  end
  bulk = 0
  hold = math.max(hold, now + math.min(tonumber(argument), 60))
  save()
  return tostring(rate / 2 ^ level)
end

if second ~= math.floor(now) then
  second, total = math.floor(now), minute_total()
end

local is_bulk = argument == 'bulk'
local spare = is_bulk and reserve or 0
local wait = math.max(0, (spare + 1 - tokens) / rate)
if is_bulk then
  wait = math.max(wait, (1 - bulk) / bulk_rate, hold - now)
end
-- No more than `per_second` grants in any second, wherever it begins.
local nth = redis.call('LINDEX', KEYS[2], per_second - spare - 1)
if nth then wait = math.max(wait, tonumber(nth) + 1 - now) end
if total >= per_minute - spare then wait = math.max(wait, second + 1 - now) end

-- Rounding in the saved state must not cost a second round trip for a microsecond.
if wait > 0.000005 then
  if is_bulk then
    -- Give each waiting caller its own moment to come back, so that they do not all race for one token.
    queue = math.min(math.max(now + wait, queue + 1 / bulk_rate), now + wait + 0.5)
    wait = queue - now
    save()
  end
  return string.format('%.6f', wait)
end

tokens = tokens - 1
if is_bulk then bulk = bulk - 1 end
total = total + 1
redis.call('LPUSH', KEYS[2], string.format('%.6f', now))
redis.call('LTRIM', KEYS[2], 0, per_second - 1)
redis.call('EXPIRE', KEYS[2], KEEP_S)
redis.call('HINCRBY', KEYS[3], second, 1)
redis.call('EXPIRE', KEYS[3], KEEP_S)
save()
return '0'
