// Runs the browser tests: `npm run test:e2e`, or `npm run test:e2e -- ground` for
// files whose name holds "ground". Prints each test and the counts; exits 1 when
// one fails or when there is none.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
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

let passed = 0
let failed = 0
const isTest = ({ details, name }) => details.type !== 'suite' && !files.includes(name)

// One file after another: software drawing needs the whole machine.
const stream = run({ files, concurrency: false, timeout: 20 * 60_000 })
stream.on('test:pass', (event) => (passed += isTest(event) ? 1 : 0))
stream.on('test:fail', () => failed++)
stream.compose(new spec()).pipe(process.stdout)
stream.on('end', () => filled && discard(filled))
process.on('exit', () => {
  console.log(`\nbrowser tests: ${passed} passed, ${failed} failed, ${files.length} files`)
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0
})
