import { computed, ref } from 'vue'
import type { Row } from '@/store/device/base'
import { drop, flush, ofOthers, rows, troubled, unsent, waiting } from '@/store/device/outbox'
import { exported } from '@/store/device/outboxFile'
import { clockAhead, CLOCK_WRONG } from '@/store/device/reach'
import { NEARLY_FULL, room } from '@/store/device/storage'
import { actor } from '@/store/session'
import { day, t } from '@/ui/text'
import { megabytes } from './size'

const SENT_SHOWN = 20

/** The list of the outbox: what needs the person first, then what waits, then what has arrived; and what is to be told about the device. */
export function useOutbox() {
  const sent = computed(() =>
    rows.value.filter((row) => row.state === 'sent' && row.actor === actor.value?.id),
  )
  const list = computed(() => [
    ...unsent.value.filter(({ state }) => state === 'trouble'),
    ...unsent.value.filter(({ state }) => state !== 'trouble'),
    ...sent.value.slice(-SENT_SHOWN).reverse(),
  ])
  const behind = (row: Row) =>
    row.state === 'waiting' && unsent.value.some((one) => one.entity === row.entity && one.n < row.n)

  const doomed = ref<Row | null>(null)
  async function dropDoomed() {
    if (doomed.value) await drop(doomed.value)
    doomed.value = null
    void flush() // what stood behind it may go now
  }

  async function save() {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(await exported())
    link.download = t('outbox.exportName', { day: day(new Date()) })
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
  }

  const skew = computed(() => {
    const ahead = clockAhead.value
    if (ahead === null || Math.abs(ahead) < CLOCK_WRONG) return ''
    return t(ahead > 0 ? 'clock.fast' : 'clock.slow', { n: Math.round(Math.abs(ahead) / 60_000) })
  })
  const notes = computed(() => {
    const all = [skew.value]
    const now = room.value
    if (now && now.used > now.quota * NEARLY_FULL)
      all.push(t('outbox.nearlyFull', { used: megabytes(now.used) }))
    if (now && !now.lasting && unsent.value.length) all.push(t('outbox.notLasting'))
    if (ofOthers.value.length) {
      const names = [...new Set(ofOthers.value.map(({ actorName }) => actorName))].join('、')
      all.push(t('outbox.others', { n: ofOthers.value.length, names }))
    }
    return all.filter(Boolean)
  })
  const summary = computed(() =>
    t('outbox.summary', { waiting: waiting.value, troubled: troubled.value, sent: sent.value.length }),
  )
  return { list, behind, doomed, dropDoomed, save, notes, summary }
}
