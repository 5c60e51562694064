import type { ClientRegistry } from '../clients/registry.js'

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

// A Map of module or class level may be a cache; one inside a function lives as long as the call.
const KEPT_MAP = '^(?:export\\s+)?(?:const|let|var)\\s[^;\\n]*\\bnew Map\\b|^\\s+(?:(?:private|public|protected|readonly|static|declare)\\s+)*#?[\\w$]+(?:\\s*:[^=\\n]+)?\\s*=\\s*new Map\\b'

/** Files that import a cache library, keep a Map, or tag a fetch: where an audit starts. */
export function seedPattern(registry: ClientRegistry): RegExp {
  const modules = registry.modules.map(escaped).join('|')
  return new RegExp(`['"](?:${modules})['"]|\\bnext\\s*:\\s*\\{[^}]*\\btags\\b|${KEPT_MAP}`, 'm')
}
