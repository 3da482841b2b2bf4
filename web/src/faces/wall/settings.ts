import { ref, watch } from 'vue'

/** How this wall is set up; kept on this device, because it belongs to the screen and not to an account. */
export interface WallSettings {
  /** Goes from scene to scene by itself. */
  touring: boolean
  sound: boolean
  /** 0.3–1. */
  brightness: number
  /** Width of the whole screen in metres and distance of the eye in metres; 0: not said, letters as designed. */
  screenWidth: number
  distance: number
}

const KEY = 'wangge.wall'

/** A wall as it comes. */
export const usual: WallSettings = {
  touring: true,
  sound: true,
  brightness: 1,
  screenWidth: 0,
  distance: 0,
}

const within = (value: unknown, least: number, most: number, otherwise: number) =>
  typeof value === 'number' && value >= least && value <= most ? value : otherwise

/** Settings out of what was stored; what is missing or makes no sense is as usual. */
export function parseSettings(text: string | null): WallSettings {
  let stored: Partial<Record<keyof WallSettings, unknown>> = {}
  try {
    stored = (JSON.parse(text ?? '{}') as typeof stored | null) ?? {}
  } catch {
    // not ours; as usual
  }
  return {
    touring: stored.touring !== false,
    sound: stored.sound !== false,
    brightness: within(stored.brightness, 0.3, 1, usual.brightness),
    screenWidth: within(stored.screenWidth, 0.3, 40, usual.screenWidth),
    distance: within(stored.distance, 0.5, 40, usual.distance),
  }
}

/** The settings of this wall. */
export const settings = ref<WallSettings>(parseSettings(localStorage.getItem(KEY)))

watch(settings, (now) => localStorage.setItem(KEY, JSON.stringify(now)), { deep: true })
