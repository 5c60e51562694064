import { read, readMany, remove, removeAll, removeMany, write, type OperationSpec } from './spec.js'

/**
 * Redis commands by what they do to their first key (redis.io/commands), lower case: libraries spell them `hgetall`,
 * `hGetAll` or `HGETALL`, and a client of `anyCase` takes them all.
 */
const READS = `get getrange strlen ttl pttl type dump hget hmget hgetall hexists hkeys hvals hlen hscan hstrlen hrandfield
  llen lrange lindex lpos scard smembers sismember smismember srandmember sscan zcard zcount zrange zrangebyscore zrevrange
  zrevrangebyscore zrangebylex zrank zrevrank zscore zmscore zscan zlexcount getbit bitcount bitpos xlen xrange xrevrange
  geopos geodist georadius expiretime pexpiretime zrangewithscores getbuffer hgetallbuffer getex`
const READS_MANY = 'exists mget sinter sunion sdiff pfcount touch watch'
const WRITES = `set setex psetex setnx getset append setrange incr incrby incrbyfloat decr decrby hset hsetnx hmset hincrby
  hincrbyfloat lpush rpush lpushx rpushx lset linsert sadd zadd zincrby setbit pfadd xadd geoadd expire pexpire expireat
  pexpireat persist hexpire setbuffer`
const REMOVES = 'getdel'
const REMOVES_MANY = 'del unlink'
const REMOVES_MEMBERS = `hdel srem zrem lrem ltrim lpop rpop spop zpopmin zpopmax zremrangebyscore zremrangebyrank
  zremrangebylex xdel xtrim rpoplpush lmove`
const REMOVES_ALL = 'flushall flushdb'

const words = (list: string): string[] => list.split(/\s+/).filter(Boolean)

function commandTable(): Record<string, OperationSpec> {
  const table: Record<string, OperationSpec> = {}
  for (const name of words(READS)) table[name] = read()
  for (const name of words(READS_MANY)) table[name] = readMany()
  for (const name of words(WRITES)) table[name] = write()
  for (const name of words(REMOVES)) table[name] = remove()
  for (const name of words(REMOVES_MANY)) table[name] = removeMany()
  for (const name of words(REMOVES_MEMBERS)) table[name] = { ...remove(), member: true }
  for (const name of words(REMOVES_ALL)) table[name] = removeAll
  for (const name of ['setex', 'psetex']) table[name] = { ...write({ arg: 0 }, 2), ttl: { arg: 1, unit: name === 'setex' ? 's' : 'ms' } }
  table['mset'] = write({ arg: 0, record: true })
  table['msetnx'] = write({ arg: 0, record: true })
  table['rename'] = write({ arg: 1 }, 0)
  table['renamenx'] = write({ arg: 1 }, 0)
  return table
}

export const REDIS_COMMANDS: Readonly<Record<string, OperationSpec>> = commandTable()
