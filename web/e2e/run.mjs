// Runs the browser tests: `npm run test:e2e`, or `npm run test:e2e -- ground` for
// files whose name holds "ground". Prints each test and the counts; exits 1 when
// one fails twice or when there is none.
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { discard, fillOnce } from './lib/server.mjs'

const wanted = process.argv.slice(2)
const files = readdirSync(import.meta.dirname)
  .filter(
    (name) => name.endsWith('.test.mjs') && (!wanted.length || wanted.some((part) => name.includes(part))),
  )
  .map((name) => join(import.meta.dirname, name))

// One street is filled, and each file works on a copy of its own.
const shares = files.filter((file) => readFileSync(file, 'utf8').includes('startServer()'))
const ready = process.env.WANGGE_E2E_FILLED ?? process.env.WANGGE_E2E_URL
const filled = shares.length > 1 && !ready ? await fillOnce() : undefined
if (filled) process.env.WANGGE_E2E_FILLED = filled

/** Runs files one after another, since software drawing needs the whole machine. */
async function runs(files) {
  const passed = new Set()
  const failed = new Map() // test to file
  const stream = run({ files, concurrency: false, timeout: 20 * 60_000 })
  stream.on('test:pass', ({ details, name, file }) => {
    if (details.type !== 'suite' && !files.includes(name)) passed.add(`${file} ${name}`)
  })
  stream.on('test:fail', ({ name, file }) => failed.set(name, file ?? name))
  stream.compose(new spec()).pipe(process.stdout, { end: false })
  await once(stream, 'end')
  return { passed, failed }
}

let { passed, failed } = await runs(files)
// What failed is tried once more, and named: a browser on a machine that others
// use too sometimes waits longer than any patience; a real fault fails again.
let unsteady = []
const again = [...new Set(failed.values())].filter((file) => files.includes(file))
if (again.length > 0 && again.length <= 3) {
  console.log(`\nonce more: ${again.map((file) => basename(file)).join(', ')}`)
  const first = failed
  const second = await runs(again)
  passed = new Set([...passed, ...second.passed])
  failed = second.failed
  unsteady = [...first.keys()].filter((name) => !failed.has(name))
}
if (filled) await discard(filled)
for (const name of unsteady) console.log(`unsteady, passed the second time: ${name}`)
console.log(`\nbrowser tests: ${passed.size} passed, ${failed.size} failed, ${files.length} files`)
process.exit(failed.size > 0 || passed.size === 0 ? 1 : 0)
