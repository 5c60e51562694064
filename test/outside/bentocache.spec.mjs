import { test } from '@japa/runner'
import { registerCacheDriverTestSuite } from 'bentocache/test_suite'
import { BaseDriver } from 'bentocache/drivers/base_driver'
import { keyvStore } from '../../dist/src/runtime/adapters/index.js'

/** A driver of bentocache whose storage is ours. */
class Driver extends BaseDriver {
  type = 'l2'

  constructor(config = {}, store = keyvStore()) {
    super(config)
    this.store = store
  }

  namespace(name) {
    return new Driver({ ...this.config, prefix: this.createNamespacePrefix(name) }, this.store)
  }

  get(key) {
    return this.store.get(this.getItemKey(key))
  }

  async pull(key) {
    const value = await this.get(key)
    await this.delete(key)
    return value
  }

  set(key, value, ttl) {
    return this.store.set(this.getItemKey(key), value, ttl)
  }

  delete(key) {
    return this.store.delete(this.getItemKey(key))
  }

  async deleteMany(keys) {
    for (const key of keys) await this.delete(key)
    return true
  }

  async clear() {
    this.store.namespace = this.prefix
    await this.store.clear()
    this.store.namespace = undefined
  }

  async disconnect() {}
}

test.group('the storage of keyproof', (group) => {
  registerCacheDriverTestSuite({ test, group, supportsMilliseconds: true, createDriver: (options) => new Driver({ prefix: 'japa', ...options }) })
})
