import { computed, onBeforeUnmount, watch, type Ref } from 'vue'
import type { TextKey } from '@/ui/text'
import { open, page } from '@/store/selection'
import { settings } from './settings'

/** One view of the wall: which layers its map shows. */
export interface Scene {
  key: string
  title: TextKey
  /** Ids of layers; what lies above what is not said here. */
  layers: readonly string[]
  /** Those of them that the key below the map explains; the rest speaks for itself or has its own list. */
  legend: readonly string[]
  /** How long the tour stays, in milliseconds: long enough to read it from five metres. */
  dwell: number
}

const ground = ['ground', 'roads', 'areas', 'grids', 'buildings']

/** The scenes in the order in which they come. */
export const scenes: readonly Scene[] = [
  {
    key: 'overview',
    title: 'wall.overview',
    layers: [...ground, 'points', 'teams', 'incidents', 'visits'],
    legend: ['incidents', 'visits'],
    dwell: 30_000,
  },
  {
    key: 'visits',
    title: 'wall.visits',
    layers: [...ground, 'visits'],
    legend: ['visits'],
    dwell: 20_000,
  },
  {
    key: 'incidents',
    title: 'wall.incidents',
    layers: [...ground, 'incidents'],
    legend: ['incidents'],
    dwell: 30_000,
  },
  {
    key: 'teams',
    title: 'wall.teams',
    layers: [...ground, 'branches', 'hubs', 'teams'],
    legend: ['branches', 'hubs'],
    dwell: 20_000,
  },
]

/** The scene after another one, round and round. */
export function after(key: string, step = 1): string {
  const at = scenes.findIndex((scene) => scene.key === key)
  return scenes[(at + step + scenes.length) % scenes.length]!.key
}

/**
 * The scene on show: `shown` before all else (an alert has its own), then that
 * of the address, else the first. The tour goes on while nothing is shown so.
 */
export function useScenes(shown: Readonly<Ref<string | null>>) {
  const chosen = computed(() => (scenes.some(({ key }) => key === page.value) ? page.value : scenes[0]!.key))
  const current = computed({
    get: () => shown.value ?? chosen.value,
    set: (key: string) => open(key),
  })
  const playing = computed({
    get: () => settings.value.touring,
    set: (on: boolean) => (settings.value.touring = on),
  })
  const scene = computed(() => scenes.find(({ key }) => key === current.value)!)

  let timer: ReturnType<typeof setTimeout> | undefined
  watch(
    [playing, chosen, shown],
    ([on, , alert]) => {
      clearTimeout(timer)
      // Not open: a day of rotation would fill the browser's history.
      if (on && !alert) timer = setTimeout(() => (page.value = after(chosen.value)), scene.value.dwell)
    },
    { immediate: true },
  )
  onBeforeUnmount(() => clearTimeout(timer))
  return { playing, current, scene }
}
