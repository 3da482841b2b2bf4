import { computed } from 'vue'
import { serverNow } from '@/store/live'
import { clock } from '@/ui/text'
import { alert } from './alerts'
import { settings } from './settings'

const BY_NIGHT = 0.55

/** How bright the wall is at a time of day (HH:MM), of a brightness set by day: dimmed from 22:00 to 06:00. */
export function brightnessAt(time: string, set: number): number {
  const hour = Number(time.slice(0, 2))
  return hour >= 22 || hour < 6 ? set * BY_NIGHT : set
}

/** The opacity of the shade above the page; an alert is never dimmed. */
export function useDim() {
  return computed(() =>
    alert.value ? 0 : 1 - brightnessAt(clock(new Date(serverNow.value)), settings.value.brightness),
  )
}
