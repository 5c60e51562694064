/**
 * What one site shows of what its key is for.
 *
 * - `counts`: counts up or down, or holds to a limit
 * - `queues`: puts work into a list or a stream, or takes it out
 * - `claims`: taken only where nobody holds it (NX); `marks` where what is stored is a fixed word
 * - `adds`: put into a set, to see whether it was there
 * - `releases`: let go, or prolonged, by who holds it
 * - `consumes`: read and removed in one
 * - `stores`: something is put there, whatever was
 * - `gathers`: members are put into a set; `measures` how many there are; `lists` which
 */
export type Signal = 'counts' | 'queues' | 'claims' | 'marks' | 'adds' | 'releases' | 'consumes' | 'stores' | 'gathers' | 'measures' | 'lists'
