/** The looks of the page: the system's fonts and colours, light and dark. */
export const STYLE = `
:root { --ink: #1c1e21; --dim: #5f6670; --ground: #fff; --panel: #f5f6f8; --line: #d9dce1; --error: #b3261e; --warning: #8a5a00; --info: #0b5cad; --mark: #ffe1dc; --focus: #0b5cad; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --dim: #9aa3ae; --ground: #16181b; --panel: #202327; --line: #363b42; --error: #ff8a80; --warning: #ffc46b; --info: #86b7ff; --mark: #5a2420; --focus: #86b7ff; } }
* { box-sizing: border-box }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground) }
header { padding: 14px 20px; border-bottom: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: 6px 18px; align-items: baseline }
h1 { font-size: 18px; margin: 0 } h2 { font-size: 16px; margin: 18px 0 8px }
nav { display: flex; gap: 4px; padding: 8px 20px; border-bottom: 1px solid var(--line); flex-wrap: wrap }
main { padding: 8px 20px 60px; max-width: 1200px }
button, input, select { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 4px 10px }
button[aria-selected=true] { border-color: var(--focus); font-weight: 600 }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px }
code, pre { font: 13px/1.5 ui-monospace, monospace; overflow-wrap: anywhere } pre { background: var(--panel); padding: 8px 10px; border-radius: 6px; overflow-x: auto; white-space: pre }
.dim { color: var(--dim) } .error { color: var(--error) } .warning { color: var(--warning) } .info { color: var(--info) }
article, details { border: 1px solid var(--line); border-radius: 8px; margin: 8px 0; padding: 8px 12px } details details { margin-left: 6px }
summary { cursor: pointer } ul { margin: 4px 0; padding-left: 20px } .filters { display: flex; gap: 8px; flex-wrap: wrap; margin: 10px 0 }
svg { width: 100%; max-width: 1100px } svg text { fill: var(--ink); font: 12px ui-monospace, monospace } svg path { stroke: var(--info); fill: none; opacity: .45 }
`
