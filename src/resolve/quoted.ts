/** A name of the program, to stand in a pattern. What is no name, such as a pattern of destructuring, is found nowhere. */
export const quoted = (name: string): string => (/^[\p{L}\p{N}_$.#]{1,200}$/u.test(name) ? name.replace(/[.$]/g, '\\$&') : '(?!)')
