import { KEYS, LIST, read, remove, removeAll, write, type KeyPosition, type OperationSpec, type Operations, type TtlPosition } from './spec.js'

/**
 * Redis commands by what they do to their first key (redis.io/commands), lower case: libraries spell them `hgetall`,
 * `hGetAll` or `HGETALL`, and a client of `anyCase` takes them all.
 */
const READS = `get getrange substr strlen ttl pttl type dump hgetall hkeys hvals hlen hscan hscanstream hrandfield
  llen lrange lindex lpos scard smembers sismember smismember srandmember sscan sscanstream zcard zcount zrange zrangebyscore zrevrange
  zrevrangebyscore zrangebylex zrank zrevrank zscore zmscore zscan zscanstream zlexcount getbit bitcount bitpos xlen xrange xrevrange
  geopos geodist georadius expiretime pexpiretime zrangewithscores getbuffer hgetallbuffer`
const READS_MANY = 'exists mget sinter sunion sdiff pfcount touch watch'
const READS_FIELDS = 'hget hmget hexists hstrlen httl hpttl hgetbuffer'
const WRITES = `getset append setrange incr incrby incrbyfloat decr decrby
  lpush rpush lpushx rpushx lset linsert sadd zadd zincrby setbit pfadd xadd geoadd persist restore`
const WRITES_FIELDS = 'hset hsetnx hmset hincrby hincrbyfloat hsetex'
const REMOVES_MEMBERS = `srem zrem lrem ltrim lpop rpop spop zpopmin zpopmax zremrangebyscore zremrangebyrank
  zremrangebylex xdel xtrim`
/** Destination first, sources read. */
const STORES = 'sunionstore sinterstore sdiffstore zunionstore zinterstore zdiffstore zrangestore geosearchstore pfmerge'
/** Members move from the first key to the second. */
const MOVES = 'rpoplpush brpoplpush lmove blmove smove'

const names = (list: string): string[] => list.split(/\s+/).filter(Boolean)
const each = (list: string, spec: OperationSpec | readonly OperationSpec[]): Operations => Object.fromEntries(names(list).map((name) => [name, spec]))

const FIELD = { arg: 1 } as const
const SECOND: KeyPosition = { arg: 1 }

/** `'EX', 60` as ioredis takes it. */
export const WORDS: readonly TtlPosition[] = [
  { arg: 1, after: 'EX', unit: 's' }, { arg: 1, after: 'PX', unit: 'ms' }, { arg: 1, after: 'EXAT', unit: 'at-s' }, { arg: 1, after: 'PXAT', unit: 'at-ms' },
]

/** `{ EX: 60 }` of node-redis, `{ ex: 60 }` of Upstash. */
export const OPTIONS = (arg: number, spell: (name: string) => string): readonly TtlPosition[] => [
  { arg, property: spell('EX'), unit: 's' }, { arg, property: spell('PX'), unit: 'ms' },
  { arg, property: spell('EXAT'), unit: 'at-s' }, { arg, property: spell('PXAT'), unit: 'at-ms' },
]

const expiring = (unit: TtlPosition['unit'], deletesAt = false): OperationSpec => ({
  op: 'write', key: { arg: 0 }, ttl: [{ arg: 1, unit }], ...(deletesAt ? { deletesAt: { arg: 1, most: unit === 's' ? 1 : 1000 } } : {}),
})

/** The commands with TTLs as `set` and `getex` of one library take them. */
export function redisCommands(set: readonly TtlPosition[], getex: readonly TtlPosition[] = set): Operations {
  return {
    ...each(READS, read()),
    ...each(READS_MANY, read(KEYS)),
    ...each(READS_FIELDS, { ...read(), field: { arg: 1, rest: true } }),
    ...each(WRITES, write()),
    ...each(WRITES_FIELDS, { ...write({ arg: 0 }, 2), field: FIELD }),
    ...each('del unlink', remove(KEYS)),
    ...each(REMOVES_MEMBERS, { ...remove(), member: true }),
    ...each('zmpop lmpop', { ...remove(SECOND), member: true }),
    hdel: { ...remove(), member: true, field: { arg: 1, rest: true } },
    hgetdel: { ...remove(), member: true },
    ...each('flushall flushdb', removeAll),
    ...each(STORES, write({ arg: 0 }, 2)),
    ...each(MOVES, [{ ...remove(), member: true }, write(SECOND, 2)]),
    ...each('rename renamenx', [read(), write(SECOND, 0)]),
    copy: [read(), write(SECOND, 0)],
    bitop: write({ arg: 1 }, 2),
    getdel: [read(), remove()],
    getex: { ...read(), ttl: getex },
    set: { ...write(), ttl: set },
    setbuffer: { ...write(), ttl: set },
    setnx: write(),
    setex: { ...write({ arg: 0 }, 2), ttl: [{ arg: 1, unit: 's' }] },
    psetex: { ...write({ arg: 0 }, 2), ttl: [{ arg: 1, unit: 'ms' }] },
    ...each('mset msetnx', write({ arg: 0, record: true })),
    expire: expiring('s', true), pexpire: expiring('ms', true), expireat: expiring('at-s'), pexpireat: expiring('at-ms'),
    hexpire: { ...write(), member: true },
    zunion: read(LIST), zinter: read(LIST),
  }
}
