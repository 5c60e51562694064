// Audits one folder after the other, as they are named, and writes each in every format. What may be thrown is a message to people.
import { runAudit } from '../../dist/src/cli/run-audit.js'
import { FORMATS, formatOf } from '../../dist/src/report/formats/format.js'

const formats = await Promise.all(FORMATS.map(formatOf))
const look = { color: false, width: 100 }

process.on('message', async (folder) => {
  try {
    const { report, rules, textOf } = await runAudit([folder], folder)
    for (const make of formats) make(report, { rules, textOf, look, isExplained: true })
    process.send({ findings: report.findings.length, sites: report.sites.length })
  } catch (error) {
    process.send(error?.name === 'SourceError' || error?.name === 'ConfigError' ? { told: error.message } : { fault: error?.stack ?? String(error) })
  }
})
