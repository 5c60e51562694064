import type { Report } from './schema.js'
export function text(report: Report, _textOf: (path: string) => string, _options: { color: boolean; width: number }): string {
  return JSON.stringify(report.summary)
}
