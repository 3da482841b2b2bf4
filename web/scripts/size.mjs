// Measures what each face makes a browser load, gzip -9, and fails when a budget is broken.
// Run after `npm run build`.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const dist = join(import.meta.dirname, '../dist')
const assets = join(dist, 'assets')
const kib = (bytes) => bytes / 1024

/** Budgets in KiB: all JavaScript a face loads at once with the map's worker, and its own styles without those of the map library. */
const budgets = {
  login: { js: 52, css: 12 },
  // Opened by a resident on a bad line: no map, no table of texts, no fonts.
  report: { js: 45, css: 5 },
  // Opened by whoever was sent a link: a drawing and a table, no map.
  shared: { js: 45, css: 5 },
  tablet: { js: 560, css: 12 },
  planner: { js: 560, css: 12 },
  desk: { js: 560, css: 12 },
  wall: { js: 680, css: 12 },
}

const packed = new Map(
  readdirSync(assets).map((name) => [
    name,
    kib(gzipSync(readFileSync(join(assets, name)), { level: 9 }).length),
  ]),
)
const worker = [...packed.keys()].find((name) => name.startsWith('maplibre-gl-worker'))

/** A page that is chosen when the script starts: what the script names counts too. */
const chosen = ['wall']
const named = (text) => [...text.matchAll(/\bassets\/([^"`']+)/g)].map(([, name]) => name)

/** Files that the page names: its script, preloads and styles; chunks loaded later do not count. */
function loaded(face, extension) {
  const page = named(readFileSync(join(dist, `${face}.html`), 'utf8'))
  const script = page.find((name) => name.startsWith(`${face}-`) && name.endsWith('.js'))
  const later = chosen.includes(face) ? named(readFileSync(join(assets, script), 'utf8')) : []
  return [...new Set([...page, ...later])].filter((name) => name.endsWith(extension))
}
const sum = (names) => names.reduce((total, name) => total + packed.get(name), 0)
const isMap = (name) => readFileSync(join(assets, name), 'utf8').includes('.maplibregl-canvas{')

let broken = 0
console.log('face       js + worker   budget     own css   budget   (KiB, gzip -9)')
for (const [face, budget] of Object.entries(budgets)) {
  const scripts = loaded(face, '.js')
  const hasMap = !['login', 'report', 'shared'].includes(face)
  const js = sum(scripts) + (hasMap ? packed.get(worker) : 0)
  const styles = loaded(face, '.css')
  const mapCss = hasMap ? 9.8 : 0 // of maplibre-gl.css itself, bundled with ours
  const css = sum(styles) - (styles.some(isMap) ? mapCss : 0)
  const ok = js <= budget.js && css <= budget.css
  if (!ok) broken++
  const cells = [
    face.padEnd(9),
    js.toFixed(1).padStart(12),
    String(budget.js).padStart(8),
    css.toFixed(1).padStart(11),
  ]
  console.log(cells.join(' '), String(budget.css).padStart(8), ok ? '' : '  TOO LARGE')
}
process.exitCode = broken ? 1 : 0
