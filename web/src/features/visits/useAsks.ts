import { onScopeDispose, reactive, ref, computed } from 'vue'
import { asksOf, changeAsk, type Ask } from '@/store/asks'
import { onLive } from '@/store/live'
import { useRemote } from '@/store/remote'
import { uuidv7 } from '@/store/uuid'
import { t } from '@/ui/text'
import { say } from '@/ui/toast'

const PAUSE = 2_000 // milliseconds of news that are answered by one reading

/** The wishes and needs that wait in a grid, or in the whole territory, and what a person does about them. */
export function useAsks(grid: () => number | null) {
  const remote = useRemote(
    () => `${grid()}`,
    async () => {
      const [toTell, open] = await Promise.all([asksOf(grid(), 'to_tell'), asksOf(grid(), 'open')])
      return { to_tell: toTell, open }
    },
  )
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = onLive(({ topic }) => {
    if (topic !== 'ask') return
    clearTimeout(timer)
    timer = setTimeout(() => void remote.load(), PAUSE)
  })
  onScopeDispose(() => {
    stop()
    clearTimeout(timer)
  })

  // Kept on this device while the list still comes from the server: not shown twice.
  const kept = reactive(new Set<string>())
  const mark = ({ id, version }: Ask) => `${id} ${version}`
  const lists = computed(() => {
    const left = (list: readonly Ask[] = []) => list.filter((one) => !kept.has(mark(one)))
    return { to_tell: left(remote.value.value?.to_tell), open: left(remote.value.value?.open) }
  })

  const busy = ref('')
  const trouble = ref('')
  async function change(ask: Ask, what: { result?: string; toldBack?: boolean }): Promise<boolean> {
    if (busy.value) return false
    busy.value = ask.id
    trouble.value = ''
    try {
      const stored = await changeAsk(ask, what, uuidv7())
      kept.add(mark(ask))
      say(t(what.toldBack ? 'matter.toldSaid' : 'matter.doneSaid', { place: ask.place }), 'good')
      if (stored) await remote.load()
      return true
    } catch (cause) {
      const { code, message } = cause as { code?: string; message?: string }
      trouble.value = code === 'offline' ? t('state.offline') : message || t('state.error')
      if (code === 'stale') void remote.load()
      return false
    } finally {
      busy.value = ''
    }
  }
  return { remote, lists, busy, trouble, change }
}
