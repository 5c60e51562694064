/** The script of the page. It makes elements and text nodes, and never markup of a text. */
export const SCRIPT = `
'use strict'
const data = JSON.parse(document.getElementById('data').textContent)
const page = document.getElementById('page')
function el(name, attributes, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value)
    else if (value !== false && value !== undefined) made.setAttribute(key, value)
  }
  for (const child of children.flat()) if (child !== null && child !== undefined) made.append(child)
  return made
}
const SVG = 'http://www.w3.org/2000/svg'
function svg(name, attributes, text) {
  const made = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  if (text !== undefined) made.textContent = text
  return made
}
const plural = (count, noun) => count + ' ' + noun + (count === 1 ? '' : 's')
const main = el('main', { id: 'main', tabindex: '-1' })
const TABS = [['findings', 'Findings', showFindings], ['keys', 'Keys', showKeys], ['files', 'Files', showFiles]]
const tabs = el('nav', { role: 'tablist', 'aria-label': 'Views' })
function open(id, ...args) {
  for (const button of tabs.children) button.setAttribute('aria-selected', String(button.dataset.id === id))
  main.replaceChildren()
  TABS.find((tab) => tab[0] === id)[2](...args)
}
for (const [id, name] of TABS) {
  const count = id === 'findings' ? data.findings.length : id === 'keys' ? data.keys.length : data.files.length
  const button = el('button', { role: 'tab', type: 'button', 'data-id': id, onclick: () => open(id) }, name + ' (' + count + ')')
  tabs.append(button)
}
tabs.addEventListener('keydown', (event) => {
  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
  if (step === 0) return
  const all = [...tabs.children]
  const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length]
  next.focus()
  next.click()
})
const s = data.summary
page.append(
  el('header', {}, el('h1', {}, 'keyproof ' + data.version),
    el('span', { class: 'error' }, plural(s.findings.error, 'error')), el('span', { class: 'warning' }, plural(s.findings.warning, 'warning')), el('span', { class: 'info' }, s.findings.info + ' info'),
    el('span', { class: 'dim' }, plural(s.files, 'file') + ', ' + plural(s.sites, 'cache call') + ', ' + plural(s.keys, 'key') + ', ' + s.unresolved + ' unresolved')),
  tabs, main)

function filters(fields, show) {
  const holder = el('div', {})
  const values = {}
  const draw = () => { holder.replaceChildren(...show(values)) }
  const row = el('div', { class: 'filters', role: 'search' })
  for (const [name, label, options] of fields) {
    values[name] = ''
    const set = (event) => { values[name] = event.target.value; draw() }
    row.append(options
      ? el('select', { 'aria-label': label, onchange: set }, el('option', { value: '' }, label), options.map((each) => el('option', { value: each }, each)))
      : el('input', { type: 'search', 'aria-label': label, placeholder: label, oninput: set }))
  }
  main.append(row, holder)
  draw()
}
const unique = (list) => [...new Set(list)].sort()
const frame = (each) => el('div', {}, el('code', { class: 'dim' }, each.place), each.message ? ' ' + each.role + ': ' + each.message : '', el('pre', {}, each.line + ' | ' + each.code))

function findingView(finding) {
  return el('article', { 'data-rule': finding.rule },
    el('div', {}, el('strong', { class: finding.severity }, finding.severity), ' ', el('strong', {}, finding.rule), finding.confidence === 'high' ? '' : el('span', { class: 'dim' }, ' (' + finding.confidence + ' confidence)')),
    el('p', {}, finding.message),
    finding.keys.length > 0 ? el('pre', {}, finding.keys.join('\\n')) : null,
    frame(finding.at),
    finding.related.length > 0 ? el('details', {}, el('summary', {}, plural(finding.related.length, 'related place')), finding.related.map(frame)) : null,
    finding.story.length > 0 ? el('details', {}, el('summary', {}, 'What happens: ' + finding.verdict), el('ol', {}, finding.story.map(([who, op, key, result]) => el('li', {}, (who ? who + ': ' : '') + op + ' ', el('code', {}, key), ' ' + result)))) : null)
}
const MOST = 200
const more = (list) => (list.length > MOST ? [el('p', { class: 'dim' }, 'And ' + (list.length - MOST) + ' more: search for less.')] : [])
function showFindings() {
  filters([['text', 'Search'], ['severity', 'Any severity', unique(data.findings.map((each) => each.severity))], ['rule', 'Any rule', unique(data.findings.map((each) => each.rule))]], ({ text, severity, rule }) => {
    const wanted = text.toLowerCase()
    const found = data.findings.filter((each) => (!severity || each.severity === severity) && (!rule || each.rule === rule) && (each.message + each.keys.join(' ') + each.at.place).toLowerCase().includes(wanted))
    return [...(found.length === 0 ? [el('p', {}, 'Nothing.')] : []), ...found.slice(0, MOST).map(findingView), ...more(found)]
  })
}

function keyView(key) {
  const count = (op) => key.sites.filter((site) => site[0] === op).length
  const details = el('details', {}, el('summary', {}, el('code', {}, key.template), el('span', { class: 'dim' }, '  ' + key.purpose + ', ' + plural(count('write') + count('read-through'), 'writer') + ', ' + plural(count('read'), 'reader') + ', ' + plural(count('delete'), 'deleter') + (key.ttl ? ', ' + key.ttl : '')), key.findings.length > 0 ? el('span', { class: 'error' }, '  ' + plural(key.findings.length, 'finding')) : ''))
  details.addEventListener('toggle', () => {
    if (!details.open || details.children.length > 1) return
    details.append(el('p', { class: 'dim' }, key.store + (key.factory ? ', built by ' + key.factory : '')), el('ul', {}, key.sites.map(([op, place]) => el('li', {}, op + ' ', el('code', {}, place)))), ...key.findings.map((at) => findingView(data.findings[at])))
  })
  return details
}
const leadOf = (template) => (/^[[]?([^:/|{,\\]*(\\\\]+)/.exec(template) || [])[1] || '(no fixed lead)'
function showKeys() {
  filters([['text', 'Search'], ['store', 'Any store', unique(data.keys.map((key) => key.store.split(':')[0]))], ['purpose', 'Any purpose', unique(data.keys.map((key) => key.purpose))]], ({ text, store, purpose }) => {
    const wanted = text.toLowerCase()
    const found = data.keys.filter((key) => (!store || key.store.split(':')[0] === store) && (!purpose || key.purpose === purpose) && (key.template + key.sites.join(' ')).toLowerCase().includes(wanted))
    const tree = new Map()
    for (const key of found) tree.set(leadOf(key.template), [...(tree.get(leadOf(key.template)) || []), key])
    if (found.length === 0) return [el('p', {}, 'Nothing.')]
    return [...tree].sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([lead, keys]) => {
      const branch = el('details', tree.size === 1 ? { open: '' } : {}, el('summary', {}, el('strong', {}, lead), el('span', { class: 'dim' }, '  ' + plural(keys.length, 'key'))))
      const fill = () => { if (branch.open && branch.children.length === 1) branch.append(...keys.slice(0, MOST).map(keyView), ...more(keys)) }
      branch.addEventListener('toggle', fill)
      fill()
      return branch
    })
  })
}

function showFiles() {
  if (data.files.length === 0) return void main.append(el('p', {}, 'No file deletes what another writes.'))
  const [left, right] = [unique(data.files.map((each) => each[0])), unique(data.files.map((each) => each[1]))]
  const height = 24 * Math.max(left.length, right.length) + 40
  const picture = svg('svg', { viewBox: '0 0 1100 ' + height, role: 'img', 'aria-label': 'Files that write, and files that invalidate what they write' })
  const short = (path) => (path.length > 52 ? '…' + path.slice(-51) : path)
  picture.append(svg('text', { x: 0, y: 16 }, 'writes'), svg('text', { x: 700, y: 16 }, 'invalidates'))
  for (const [writer, deleter, count] of data.files) {
    const [a, b] = [36 + 24 * left.indexOf(writer), 36 + 24 * right.indexOf(deleter)]
    picture.append(svg('path', { d: 'M 400 ' + a + ' C 550 ' + a + ', 550 ' + b + ', 695 ' + b, 'stroke-width': Math.min(8, 1 + count) }))
  }
  left.forEach((path, i) => picture.append(svg('text', { x: 0, y: 40 + 24 * i }, short(path))))
  right.forEach((path, i) => picture.append(svg('text', { x: 700, y: 40 + 24 * i }, short(path))))
  main.append(picture, el('ul', {}, data.files.map(([writer, deleter, count]) => el('li', {}, el('code', {}, writer), ' writes ' + plural(count, 'key') + ' that ', el('code', {}, deleter), ' invalidates'))))
}
open('findings')
`
