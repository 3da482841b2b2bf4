import { createHash } from 'node:crypto'
import type { Plugin } from 'vite'

const WORKER = 'tablet-sw'
const PAGE = 'tablet.html'
/** Files of public/ that the installed program shows. */
const beside = ['/manifest.webmanifest', '/favicon.svg', '/icons/192.png', '/icons/512.png']

/**
 * Fills the list of files into the tablet's service worker: the page, and
 * whatever a file of the list names. Names carry a hash, so that a name found in
 * a text is a use.
 */
export function shellList(): Plugin {
  return {
    name: 'shell-list',
    enforce: 'post',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        if (!bundle[PAGE]) return // another build: the gallery of the browser tests
        const text = (file: string) => {
          const one = bundle[file]!
          return one.type === 'chunk' ? one.code : typeof one.source === 'string' ? one.source : ''
        }
        const files = Object.keys(bundle).filter((file) => file.startsWith('assets/'))
        const used = new Set([PAGE])
        for (const file of used) {
          const named = /\.(js|mjs|css|html)$/.test(file) ? text(file) : ''
          for (const other of files) if (named.includes(other.slice('assets/'.length))) used.add(other)
        }
        const list = [...[...used].map((file) => `/${file}`).sort(), ...beside]
        const worker = Object.values(bundle).find((one) => one.fileName === `${WORKER}.js`)
        if (worker?.type !== 'chunk') throw new Error(`no ${WORKER}.js in the build`)
        const version = createHash('sha256').update(list.join()).update(text(PAGE)).digest('hex').slice(0, 12)
        worker.code = `const SHELL = ${JSON.stringify(list)}, VERSION = '${version}'\n${worker.code}`
      },
    },
  }
}
