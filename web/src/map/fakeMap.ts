import type { Map as MapLibreMap } from 'maplibre-gl'

interface FakeLayer {
  id: string
  source?: string
  layout?: { visibility?: string }
}

/**
 * The bookkeeping of a MapLibre map, for unit tests of what stands above it:
 * sources by name, layers in drawing order, feature states. It draws nothing;
 * that the real map does is proven in the browser.
 */
export function fakeMap() {
  const sources = new Map<string, { data?: unknown; calls: [string, unknown][] }>()
  const layers: FakeLayer[] = []
  const states: [unknown, unknown][] = []

  const map = {
    addSource(id: string, source: object) {
      if (sources.has(id)) throw new Error(`source ${id} exists`)
      sources.set(id, { ...source, calls: [] })
    },
    getSource(id: string) {
      const source = sources.get(id)
      return (
        source && {
          setData: (data: unknown) => source.calls.push(['setData', data]),
          updateData: (diff: unknown) => source.calls.push(['updateData', diff]),
        }
      )
    },
    removeSource(id: string) {
      if (layers.some((layer) => layer.source === id)) throw new Error(`source ${id} is in use`)
      sources.delete(id)
    },
    addLayer(layer: FakeLayer, before?: string) {
      if (layers.some(({ id }) => id === layer.id)) throw new Error(`layer ${layer.id} exists`)
      const at = before ? layers.findIndex(({ id }) => id === before) : layers.length
      if (at < 0) throw new Error(`no layer ${before}`)
      layers.splice(at, 0, layer)
    },
    getLayer: (id: string) => layers.find((layer) => layer.id === id),
    removeLayer(id: string) {
      const at = layers.findIndex((layer) => layer.id === id)
      if (at < 0) throw new Error(`no layer ${id}`)
      layers.splice(at, 1)
    },
    setFeatureState: (feature: unknown, state: unknown) => states.push([feature, state]),
  }
  return {
    asMap: map as unknown as MapLibreMap,
    sources,
    layers,
    states,
    order: () => layers.map(({ id }) => id),
  }
}
