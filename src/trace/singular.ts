/** One name for `users`, `User`, `user`. */
export function singular(name: string): string {
  const plain = name.toLowerCase().replace(/_/g, '')
  if (/(?:ss|us|is)$/.test(plain)) return plain
  return plain.replace(/ies$/, 'y').replace(/(?<=ch|sh|x|z)es$/, '').replace(/s$/, '')
}
