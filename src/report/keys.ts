import type { Report } from './schema.js'
export function keysText(report: Report, _options: { color: boolean; width: number }): string {
  return report.keys.map((key) => key.template).join('\n')
}
