/** Remembers what is made of a template, for as long as that lives: templates are never changed. */
export function memoised<K extends object, T>(make: (template: K) => T): (template: K) => T {
  const known = new WeakMap<K, { readonly made: T }>()
  return (template) => {
    const found = known.get(template)
    if (found) return found.made
    const made = make(template)
    known.set(template, { made })
    return made
  }
}

/** Remembers what is made of two templates, for as long as both live. */
export function memoisedPair<K extends object, T>(make: (left: K, right: K) => T): (left: K, right: K) => T {
  const of = memoised((left: K) => memoised((right: K) => make(left, right)))
  return (left, right) => of(left)(right)
}

/** One object for all templates that are the same in every part: what is remembered of one is known of all. */
export function interner<K extends object>(): (template: K) => K {
  const known = new Map<string, K>()
  return (template) => {
    const slot = JSON.stringify(template)
    const first = known.get(slot)
    if (first) return first
    known.set(slot, template)
    return template
  }
}
