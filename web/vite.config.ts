import vue from '@vitejs/plugin-vue'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import { shellList } from './scripts/shell.ts'

/** The pages of the program; the server gives out FACE.html at /FACE. */
const faces = ['tablet', 'wall', 'planner', 'desk', 'login', 'report', 'shared'] as const

/** Lets the dev server answer /tablet like the binary does. */
function facePaths(): Plugin {
  const pattern = new RegExp(`^/(${faces.join('|')})(?=$|[/?#])`)
  return {
    name: 'face-paths',
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        const face = pattern.exec(request.url ?? '')?.[1]
        if (face) request.url = `/${face}.html`
        next()
      })
    },
  }
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const backend = process.env.WANGGE_DEV_SERVER ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [vue(), facePaths(), shellList()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  worker: { format: 'es' },
  server: {
    // The server refuses commands from other origins, so it is to see the host of this page.
    proxy: {
      '/api/live': { target: backend, ws: true, changeOrigin: false },
      '/api': { target: backend, changeOrigin: false },
      '/tiles': { target: backend, changeOrigin: false },
    },
  },
  build: {
    target: 'es2022',
    // data: URLs would have to be allowed by the page's policy, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        ...Object.fromEntries(faces.map((face) => [face, here(`./${face}.html`)])),
        'tablet-sw': here('./src/faces/tablet/sw.ts'),
      },
      // A service worker keeps its address; everything else changes its name with its content.
      output: {
        entryFileNames: ({ name }) => (name === 'tablet-sw' ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
  },
})
