/**
 * What is asked of Redis, each in one step that nothing comes between (https://redis.io/docs/latest/develop/programmability/eval-intro/).
 * `KEYS[1]` is how all keys of the store begin: `:hold` is a hash that says whose it is (`token`), how many writes it
 * knows (`written`) and how often the lease was renewed; `:lease` ends by itself. A table is three keys: `:rows:` its
 * values, `:order:` its keys as they were first set, `:keys:` the same by their bytes.
 */

/** ARGV: place, lease in ms. {1, token, written}, or {0, ms until the lease ends, times it was renewed}. */
export const CLAIM = `
local hold, lease = KEYS[1] .. ':hold', KEYS[1] .. ':lease'
local holder = redis.call('GET', lease)
if holder and holder ~= ARGV[1] then
  return {0, redis.call('PTTL', lease), tonumber(redis.call('HGET', hold, 'renewed') or '0')}
end
redis.call('SET', lease, ARGV[1], 'PX', ARGV[2])
redis.call('HSETNX', hold, 'written', '0')
return {1, redis.call('HINCRBY', hold, 'token', 1), tonumber(redis.call('HGET', hold, 'written'))}`;

/** ARGV: place, lease in ms, token. The writes that the store knows, or -1 where it is somebody else's. */
export const RENEW = `
local hold = KEYS[1] .. ':hold'
if redis.call('HGET', hold, 'token') ~= ARGV[3] then return -1 end
redis.call('SET', KEYS[1] .. ':lease', ARGV[1], 'PX', ARGV[2])
redis.call('HINCRBY', hold, 'renewed', 1)
return tonumber(redis.call('HGET', hold, 'written'))`;

/** ARGV: token. */
export const RELEASE = `
if redis.call('HGET', KEYS[1] .. ':hold', 'token') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1] .. ':lease')`;

/** ARGV: token, number of the write, the last one that was confirmed, then table, key, "set" or "gone" and value of each row. 1 where it was made. */
export const WRITE = `
local hold = KEYS[1] .. ':hold'
local known = redis.call('HMGET', hold, 'token', 'written')
if known[1] ~= ARGV[1] then return 0 end
if tonumber(known[2]) >= tonumber(ARGV[2]) or tonumber(known[2]) < tonumber(ARGV[3]) then return 0 end
redis.call('HSET', hold, 'written', ARGV[2])
for i = 4, #ARGV, 4 do
  local table, key = ARGV[i], ARGV[i + 1]
  local rows, order, keys = KEYS[1] .. ':rows:' .. table, KEYS[1] .. ':order:' .. table, KEYS[1] .. ':keys:' .. table
  if ARGV[i + 2] == 'gone' then
    redis.call('HDEL', rows, key)
    redis.call('ZREM', order, key)
    redis.call('ZREM', keys, key)
  elseif redis.call('HSET', rows, key, ARGV[i + 3]) == 1 then
    redis.call('ZADD', order, redis.call('HINCRBY', hold, 'place', 1), key)
    redis.call('ZADD', keys, 0, key)
  end
end
return 1`;
