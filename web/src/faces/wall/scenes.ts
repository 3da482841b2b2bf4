import { computed, onBeforeUnmount, ref, watch } from 'vue'
import type { TextKey } from '@/ui/text'
import { open, page } from '@/store/selection'

/** One view of the wall: which layers its map shows. */
export interface Scene {
  key: string
  title: TextKey
  /** Ids of layers; what lies above what is not said here. */
  layers: readonly string[]
  /** Those of them that the key below the map explains; the rest speaks for itself or has its own list. */
  legend: readonly string[]
}

const ground = ['ground', 'roads', 'areas', 'grids', 'buildings']

/** The scenes in the order in which they come. */
export const scenes: readonly Scene[] = [
  {
    key: 'overview',
    title: 'wall.overview',
    layers: [...ground, 'points', 'teams', 'incidents', 'visits'],
    legend: ['incidents', 'visits'],
  },
  { key: 'visits', title: 'wall.visits', layers: [...ground, 'visits'], legend: ['visits'] },
  { key: 'incidents', title: 'wall.incidents', layers: [...ground, 'incidents'], legend: ['incidents'] },
  {
    key: 'teams',
    title: 'wall.teams',
    layers: [...ground, 'branches', 'hubs', 'teams'],
    legend: ['branches', 'hubs'],
  },
]

/** The scene after another one, round and round. */
export function after(key: string, step = 1): string {
  const at = scenes.findIndex((scene) => scene.key === key)
  return scenes[(at + step + scenes.length) % scenes.length]!.key
}

const DWELL = 30_000 // milliseconds; long enough to read a scene from five metres

/** The scene on show: that of the address, else the first. By itself it goes on only when asked to. */
export function useScenes() {
  const playing = ref(false)
  const current = computed({
    get: () => (scenes.some(({ key }) => key === page.value) ? page.value : scenes[0]!.key),
    set: (key: string) => open(key),
  })
  const scene = computed(() => scenes.find(({ key }) => key === current.value)!)
  let timer: ReturnType<typeof setInterval> | undefined
  watch(playing, (on) => {
    clearInterval(timer)
    // Not open: a day of rotation would fill the browser's history.
    if (on) timer = setInterval(() => (page.value = after(current.value)), DWELL)
  })
  onBeforeUnmount(() => clearInterval(timer))
  return { playing, current, scene }
}
