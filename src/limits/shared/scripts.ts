// The scripts that keep shared counters in Redis. Each runs as one step there, so that instances never interleave, and takes the time from
// Redis, so that their clocks need not agree.
//
// A rule has a hash (`u` used, `h` held, `e` end of the window, `d` its duration) and a sorted set of what is held: `lease:amount`, by the
// time at which it expires when its owner has died. A request has a mark, so that nothing is booked twice whatever was repeated.
import { redisScript, type RedisScript } from '../../store/redis/connect.ts';


const shared = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function int(n) return string.format('%.0f', n) end
local function look(i)
  local hash, set, b = KEYS[i * 2], KEYS[i * 2 + 1], 4 + (i - 1) * 9
  local measure, windowKind, windowArg, duration, seed = ARGV[b + 1], ARGV[b + 4], tonumber(ARGV[b + 5]), ARGV[b + 6], tonumber(ARGV[b + 7])
  local gone = redis.call('ZRANGEBYSCORE', set, '-inf', now, 'LIMIT', 0, 500)
  if #gone > 0 then
    local sum = 0
    for _, member in ipairs(gone) do sum = sum + tonumber(string.match(member, ':(%d+)$')) end
    redis.call('ZREM', set, unpack(gone))
    redis.call('HINCRBY', hash, 'h', int(-sum))
  end
  local found = redis.call('HMGET', hash, 'u', 'h', 'e', 'd')
  local used, held, ends = tonumber(found[1]), math.max(0, tonumber(found[2]) or 0), tonumber(found[3]) or 0
  if windowKind == 'c' then
    if used == nil or ends == 0 then used, ends = math.max(used or 0, seed), windowArg
    elseif found[4] ~= duration then ends = windowArg
    elseif ends <= now or ends < windowArg then used, ends = 0, windowArg end
  elseif windowKind == 'r' then
    if used == nil or ends <= now then used, ends = 0, now + windowArg end
  else
    if used == nil then used = seed end
  end
  return { hash = hash, set = set, measure = measure, limit = tonumber(ARGV[b + 2]), amount = tonumber(ARGV[b + 3]), used = used, held = held, ends = ends,
    duration = duration, guard = tonumber(ARGV[b + 8]), above = tonumber(ARGV[b + 9]), windowKind = windowKind }
end
local function write(rule, keep)
  redis.call('HSET', rule.hash, 'u', int(rule.used), 'h', int(rule.held), 'e', int(rule.ends), 'd', rule.duration)
  local ttl = keep
  if rule.windowKind == 'n' then ttl = 2592000000 elseif rule.ends > now then ttl = rule.ends - now + keep end
  redis.call('PEXPIRE', rule.hash, int(ttl))
end
local function answer(first, rules)
  local reply = { first, now }
  for _, rule in ipairs(rules) do
    reply[#reply + 1] = rule.used
    reply[#reply + 1] = rule.held
    reply[#reply + 1] = rule.ends
  end
  return reply
end
local count = (#ARGV - 4) / 9
local lease, life, keep, mode = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
`;

/**
 * Checks all rules and, when none refuses, takes from all. `mode` is `take` or `look` (nothing is taken). A limit of -1 refuses nothing. The reply: the number of the rule that refuses (0: none), the time, and for
 * each rule what is used, what is held, and when its window ends.
 */
export const admitScript: RedisScript = redisScript(`${shared}
local rules, refusing, counted = {}, 0, false
for i = 1, count do rules[i] = look(i) end
for i, rule in ipairs(rules) do
  if refusing == 0 and rule.limit >= 0 and rule.used + rule.held >= rule.limit then
    local guard = rules[rule.guard]
    if guard == nil or guard.used + guard.held >= rule.above then refusing = i end
  end
end
if refusing == 0 and mode == 'take' then
  for _, rule in ipairs(rules) do
    if rule.measure == 'r' then
      rule.used = rule.used + rule.amount
      counted = true
    elseif rule.amount > 0 then
      rule.held = rule.held + rule.amount
      redis.call('ZADD', rule.set, now + life, lease .. ':' .. int(rule.amount))
      redis.call('PEXPIRE', rule.set, int(life + keep))
    end
    write(rule, keep)
  end
  if counted then redis.call('SET', KEYS[1], 'a', 'PX', int(keep)) end
end
return answer(refusing, rules)
`);

/**
 * Gives back what is held and books what was used (`limit` stands for the amount that is booked). Requests are counted here only when
 * they were not when the request was admitted, because Redis was away. The mark outlives only what may still be repeated.
 */
export const settleScript: RedisScript = redisScript(`${shared}
local mark = redis.call('GET', KEYS[1])
local rules = {}
for i = 1, count do rules[i] = look(i) end
if mark ~= 's' then
  for _, rule in ipairs(rules) do
    if rule.measure == 'r' then
      if not mark then rule.used = rule.used + rule.amount end
    else
      if rule.amount > 0 and redis.call('ZREM', rule.set, lease .. ':' .. int(rule.amount)) == 1 then rule.held = math.max(0, rule.held - rule.amount) end
      if rule.limit > 0 then rule.used = rule.used + rule.limit end
    end
    write(rule, keep)
  end
  redis.call('SET', KEYS[1], 's', 'PX', 60000)
end
return answer(0, rules)
`);

/** Keeps leases of requests that still run: each member that is still there expires later. Keys: sets; arguments: the life, then members. */
export const renewScript: RedisScript = redisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i, set in ipairs(KEYS) do
  redis.call('ZADD', set, 'XX', now + tonumber(ARGV[1]), ARGV[i + 1])
  redis.call('PEXPIRE', set, string.format('%.0f', tonumber(ARGV[1]) + tonumber(ARGV[1])))
end
return #KEYS
`);

/** Sets what is used in one hash, if there is one. */
export const setUsedScript: RedisScript = redisScript(`
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], 'u', ARGV[1]) end
return 1
`);
