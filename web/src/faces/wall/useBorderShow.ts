import { computed, onBeforeUnmount, shallowRef, watch } from 'vue'
import type { ApiError } from '@/api/client'
import { serverNow } from '@/store/live'
import { fetchPublicationBorders, published, type BorderChange } from '@/store/publications'
import { lookOver } from '@/store/selection'
import { clock } from '@/ui/text'

const KEPT = 'wangge.wall.borders' // a publication that waits for the morning, over a reload
const OLD_STAYS = 5_000
const NEW_STAYS = 20_000
const SETTLE = 3_000 // several plans of one day are told one after another and shown as one

/** Whether somebody may be looking: a publication comes into force at midnight. */
export const awakeAt = (time: string): boolean => time >= '06:00' && time < '22:00'

/** The box around outlines; empty without any. */
export function boxOf(changes: readonly BorderChange[]): number[] {
  const all = changes.flatMap(({ before, after }) => [before, after].flat(3).filter(Boolean)) as [
    number,
    number,
  ][]
  if (!all.length) return []
  const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)]
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}

/** New borders, shown once: the old outlines, then the new ones. Null when there is nothing to show. */
export function useBorderShow(onEnd: () => void) {
  const show = shallowRef<{ changes: readonly BorderChange[]; stage: 'old' | 'new' } | null>(null)
  const waiting = shallowRef(Number(localStorage.getItem(KEPT) ?? 0))
  let timer: ReturnType<typeof setTimeout> | undefined
  let settling: ReturnType<typeof setTimeout> | undefined
  const awake = computed(() => awakeAt(clock(new Date(serverNow.value))))

  function keep(seq: number) {
    waiting.value = seq
    if (seq) localStorage.setItem(KEPT, String(seq))
    else localStorage.removeItem(KEPT)
  }
  async function play(seq: number) {
    try {
      const changes = await fetchPublicationBorders(seq)
      keep(0)
      if (!changes.length) return // others of that day undid it
      clearTimeout(timer)
      show.value = { changes, stage: 'old' }
      lookOver(boxOf(changes))
      timer = setTimeout(() => {
        show.value = { changes, stage: 'new' }
        timer = setTimeout(() => {
          show.value = null
          onEnd()
        }, NEW_STAYS)
      }, OLD_STAYS)
    } catch (cause) {
      // Without a network it waits for the next look; gone, or not of this territory, it is over.
      if ((cause as ApiError).code !== 'offline') keep(0)
    }
  }
  watch(published, (news) => {
    if (!news) return
    clearTimeout(settling)
    settling = setTimeout(() => keep(news.seq), SETTLE)
  })
  watch([waiting, awake], ([seq, now]) => seq && now && void play(seq), { immediate: true })
  onBeforeUnmount(() => {
    clearTimeout(timer)
    clearTimeout(settling)
  })
  return show
}
