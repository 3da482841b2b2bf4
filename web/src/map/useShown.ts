import { computed, shallowRef, watch } from 'vue'
import type { LegendItem } from '@/ui/legend'
import { t } from '@/ui/text'
import type { Palette } from './palette'
import { groups, inOrder, type Face, type LayerModule } from './registry'

/**
 * Which layers this face shows: at first those that say so, later what the
 * device remembers. Gives the layer switch its lists and the legend its lines.
 */
export function useShown(face: Face, modules: Record<string, LayerModule>) {
  const all = inOrder(modules)
  const key = `wangge.layers.${face}`
  const on = shallowRef(
    remembered(key) ?? all.filter((m) => m.about.on.includes(face)).map((m) => m.about.id),
  )
  watch(on, (ids) => localStorage.setItem(key, JSON.stringify(ids)))

  const isOn = ({ about }: LayerModule) => on.value.includes(about.id)
  const grouped = <T>(
    line: (layer: LayerModule) => T,
    wanted: (layer: LayerModule) => boolean = () => true,
  ) =>
    groups
      .map((group) => ({ group, lines: all.filter((m) => m.about.group === group && wanted(m)).map(line) }))
      .filter(({ lines }) => lines.length > 0)

  return {
    /** Ids of the layers that are on. */
    on,
    /** The layers to mount inside BaseMap. */
    mounted: computed(() => all.filter(isOn)),
    /** For the layer switch. */
    choices: computed(() =>
      grouped(({ about }) => ({ id: about.id, title: t(about.title) })).map(({ group, lines }) => ({
        title: t(`layer.${group}`),
        layers: lines,
      })),
    ),
    /** For the legend: the lines of the layers that are on. */
    legend: (palette: Palette): { title: string; items: LegendItem[] }[] =>
      grouped(({ about }) => about.legend(palette), isOn)
        .map(({ group, lines }) => ({ title: t(`layer.${group}`), items: lines.flat() }))
        .filter(({ items }) => items.length > 0),
  }
}

function remembered(key: string): string[] | undefined {
  try {
    const ids: unknown = JSON.parse(localStorage.getItem(key) ?? 'null')
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : undefined
  } catch {
    return undefined
  }
}
