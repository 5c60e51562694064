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
