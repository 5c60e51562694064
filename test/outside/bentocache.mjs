// The driver suite that bentocache publishes, over our Keyv store in memory and our Redis layer.
import { configure, run } from '@japa/runner'
import { assert } from '@japa/assert'

configure({ files: [new URL('./bentocache.spec.mjs', import.meta.url).pathname], plugins: [assert()] })
run()
