import { onBeforeUnmount, watch } from 'vue'
import { liveState, resync, serverNow } from '@/store/live'
import { clock, day } from '@/ui/text'
import { alert } from './alerts'

const LOOK = 10 * 60_000

/** The program a page of ours runs, from its HTML: the address of its script with the hash. '' when there is none. */
export function programOf(html: string): string {
  return /<script[^>]+src="([^"]+)"/.exec(html)?.[1] ?? ''
}

/** Whether it is the time of night for a new version: from 03:30 and `jitter` minutes on, before five. */
export function renewable(time: string, jitter: number): boolean {
  const [hours, minutes] = time.split(':').map(Number) as [number, number]
  const now = hours * 60 + minutes
  return now >= 3 * 60 + 30 + jitter && now < 5 * 60
}

/** Loads a new version by night, when the line is sound and nothing is alerted; at midnight the day begins anew. */
export function useRenewal(random: () => number = Math.random) {
  const jitter = Math.floor(random() * 30)
  const own = programOf(document.documentElement.outerHTML)

  async function look() {
    if (alert.value || liveState.value !== 'live') return
    if (!renewable(clock(new Date(serverNow.value)), jitter)) return
    const page = await fetch(location.pathname, { cache: 'no-store' }).catch(() => undefined)
    if (!page?.ok) return
    const served = programOf(await page.text())
    if (served && own && served !== own && !alert.value) location.reload()
  }
  const looking = setInterval(() => void look(), LOOK)

  // What was of yesterday is let go: a wall runs for months.
  const stop = watch(
    () => day(new Date(serverNow.value)),
    () => void resync().catch(() => {}), // the next break or night does it then
  )
  onBeforeUnmount(() => {
    clearInterval(looking)
    stop()
  })
}
