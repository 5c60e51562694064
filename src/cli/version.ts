import { readFileSync } from 'node:fs'

/** The version in package.json, found from both the sources and the build. */
export function version(): string {
  for (const path of ['../../package.json', '../../../package.json']) {
    try {
      const manifest = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { name?: string; version?: string }
      if (manifest.name === 'keyproof' && manifest.version !== undefined) return manifest.version
    } catch { /* the other place, then */ }
  }
  return '0.0.0'
}
