import { setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import 'maplibre-gl/dist/maplibre-gl.css'
import { addGcjProtocol } from './gcj'

let ready = false

/** Tells MapLibre where its worker is and which tile schemes it knows. Without it the map stays blank. */
export function prepareLibrary(): void {
  if (ready) return
  ready = true
  setWorkerUrl(workerUrl)
  addGcjProtocol()
}
