/** What stands for a database in the proofs: rows in memory, and the two statements that they need. */
export class Pool {
  private readonly rows = new Map<string, string>()

  async query(sql: string, values: readonly string[] = []): Promise<{ readonly rows: readonly { readonly name: string }[] }> {
    await Promise.resolve()
    const id = values.at(-1) ?? ''
    if (sql.startsWith('UPDATE')) this.rows.set(id, values[0]!)
    const name = this.rows.get(id)
    return { rows: name === undefined ? [] : [{ name }] }
  }
}
