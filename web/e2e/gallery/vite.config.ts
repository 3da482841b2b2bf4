import { fileURLToPath } from 'node:url'
import { defineConfig, mergeConfig } from 'vite'
import base from '../../vite.config.ts'

const build = { ...base.build, rolldownOptions: {} }

/** Builds the gallery for the browser tests; it is never part of the program. */
export default mergeConfig(
  { ...base, build },
  defineConfig({
    root: import.meta.dirname,
    publicDir: false,
    build: { outDir: fileURLToPath(new URL('../.out/gallery', import.meta.url)), emptyOutDir: true },
  }),
)
